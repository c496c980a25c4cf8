import type { S3Client } from '@aws-sdk/client-s3'
import type { DatasetManifest } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { listObjects, splitS3Uri } from './s3-source.ts'

/** Throws where the files below `location` are not those that were checked: nothing is paid for before that is seen. A page of 1,000 a request. */
export const refuseChanged = async (s3: S3Client, location: string, { images }: DatasetManifest) => {
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
