import { type DatasetImage, type DatasetManifest, datasetManifestSchema, splitManifestSchema } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { type ExperimentRecord, PermanentError, type Shard } from '@assay/pipeline'

/** The data set, and its images of the wanted parts in ascending id order. */
export const imagesOf = async (
  { split, dataset }: Pick<ExperimentRecord, 'split' | 'dataset'>,
  parts: readonly Shard['part'][],
  bulk: BulkStore,
): Promise<{ manifest: DatasetManifest; images: DatasetImage[] }> => {
  if (!split?.output || !dataset.check.manifest) throw new PermanentError('not_split', 'the images were not split')
  const manifest = datasetManifestSchema.parse(await bulk.getJson(dataset.check.manifest))
  const frozen = splitManifestSchema.parse(await bulk.getJson(split.output.manifest))
  const wanted: readonly string[] = parts
  const ids = new Set(frozen.images.filter(({ part }) => wanted.includes(part)).map(({ id }) => id))
  return { manifest, images: manifest.images.filter(({ id }) => ids.has(id)).sort((a, b) => a.id - b.id) }
}
