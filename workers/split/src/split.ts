import type { S3Client } from '@aws-sdk/client-s3'
import { type DatasetManifest, partNames, type SplitManifest, type SplitOutput } from '@assay/contracts'
import { freezeSplit, partTotals } from '@assay/datasets'
import type { BulkStore } from '@assay/ledger'
import { PermanentError, type StageHandler } from '@assay/pipeline'
import { loadManifest } from './load-manifest.ts'
import { listObjects, splitS3Uri } from './s3-source.ts'

export interface SplitDeps {
  s3: S3Client
  bulk: BulkStore
}

/** Nothing is paid for before the files are seen to be those that were checked. */
const refuseChanged = async (s3: S3Client, location: string, { images }: DatasetManifest) => {
  const { bucket, prefix } = splitS3Uri(location)
  const missing = new Map(images.map((image) => [image.file, image]))
  for await (const { path, bytes, etag } of listObjects(s3, bucket, prefix)) {
    const image = missing.get(path)
    if (!image) continue
    if (image.bytes !== bytes || (image.etag !== undefined && etag !== undefined && image.etag !== etag))
      throw new PermanentError('dataset_changed', `${path} is not what was checked; register the data set again`)
    missing.delete(path)
  }
  const [first] = missing.keys()
  if (first !== undefined)
    throw new PermanentError(
      'dataset_changed',
      `${missing.size} of ${images.length} checked images are gone from ${location}, the first is ${first}`,
    )
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
