import { type DatasetManifest, datasetManifestSchema, type SplitManifest, splitManifestSchema } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { type ExperimentRecord, PermanentError } from '@assay/pipeline'

/** Every image, box and class of the experiment's data set. */
export const datasetManifestOf = async ({ dataset }: ExperimentRecord, bulk: BulkStore): Promise<DatasetManifest> => {
  const stored = dataset.check.manifest
  if (!stored) throw new PermanentError('no_manifest', `the check of ${dataset.record.id} left no manifest`)
  return datasetManifestSchema.parse(await bulk.getJson(stored))
}

/** The frozen split. */
export const splitManifestOf = async ({ id, split }: ExperimentRecord, bulk: BulkStore): Promise<SplitManifest> => {
  if (!split?.output) throw new PermanentError('not_split', `experiment ${id} was not split`)
  return splitManifestSchema.parse(await bulk.getJson(split.output.manifest))
}
