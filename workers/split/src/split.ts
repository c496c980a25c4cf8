import type { S3Client } from '@aws-sdk/client-s3'
import { type DatasetManifest, partNames, type SplitManifest, type SplitOutput } from '@assay/contracts'
import { freezeSplit, partTotals } from '@assay/datasets'
import type { BulkStore } from '@assay/ledger'
import { PermanentError, type StageHandler } from '@assay/pipeline'
import { loadManifest } from './load-manifest.ts'
import { refuseChanged } from './refuse-changed.ts'

export interface SplitDeps {
  s3: S3Client
  bulk: BulkStore
}

const countBoxes = ({ categories, images }: DatasetManifest, split: SplitManifest): SplitOutput['boxes'] => {
  const parts = new Map(split.images.map(({ id, part }) => [id, part]))
  const zero = () => Object.fromEntries(categories.map(({ id }) => [String(id), 0]))
  const boxes = { train: zero(), validation: zero(), test: zero() }
  for (const { id, objects } of images) {
    const counts: Record<string, number> = boxes[parts.get(id) ?? 'train']
    for (const { categoryId, crowd } of objects)
      if (!crowd) counts[String(categoryId)] = (counts[String(categoryId)] ?? 0) + 1
  }
  return boxes
}

/** Deals a data set's images into train, validation and test and freezes the result with every image's hash. The spec's seed alone decides. */
export const createSplit =
  ({ s3, bulk }: SplitDeps): StageHandler<'split'> =>
  async ({ experiment }, { log }) => {
    const { spec, dataset } = experiment
    const { manifest, fingerprint } = await loadManifest(bulk, experiment)
    await refuseChanged(s3, dataset.record.location, manifest)
    const totals = partTotals(manifest.images.length, spec.split)
    const empty = partNames.find((part) => totals[part] === 0)
    if (empty)
      throw new PermanentError(
        'too_few_images',
        `${manifest.images.length} images leave none for ${empty} at a share of ${spec.split[empty]}, 1 needed`,
      )
    const frozen = freezeSplit(manifest, spec.split, fingerprint)
    log.info({ images: totals }, 'data set split')
    return {
      images: totals,
      boxes: countBoxes(manifest, frozen),
      manifest: await bulk.putJson(experiment.id, 'split-manifest.json', frozen),
    }
  }
