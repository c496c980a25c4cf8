import type { S3Client } from '@aws-sdk/client-s3'
import type { DatasetManifest, SplitManifest, SplitOutput } from '@assay/contracts'
import { freezeSplit, SplitError } from '@assay/datasets'
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

const frozenOrEnd = (...of: Parameters<typeof freezeSplit>) => {
  try {
    return freezeSplit(...of)
  } catch (error) {
    if (error instanceof SplitError)
      throw new PermanentError(error.code, `${error.pointer}: ${error.message}`, { cause: error })
    throw error
  }
}

/** Deals a data set's images into train, validation and test and freezes the result with every image's hash. The spec's seed alone decides. */
export const createSplit =
  ({ s3, bulk }: SplitDeps): StageHandler<'split'> =>
  async ({ experiment }, { log }) => {
    const { spec, dataset } = experiment
    const { manifest, fingerprint } = await loadManifest(bulk, experiment)
    await refuseChanged(s3, dataset.record.location, manifest)
    const { split, grouping } = frozenOrEnd(manifest, spec.split, fingerprint)
    const images = { train: 0, validation: 0, test: 0 }
    for (const { part } of split.images) images[part]++
    log.info({ images, grouping }, 'data set split')
    return {
      images,
      grouping,
      boxes: countBoxes(manifest, split),
      manifest: await bulk.putJson(experiment.id, 'split-manifest.json', split),
    }
  }
