import { createHash } from 'node:crypto'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { DatasetImage } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'

/**
 * The bytes of an image as they were checked. Not every object has a checksum in S3 (older ones, and those of other stores that speak S3, have
 * none), so the client alone would not notice a wrong bit. Throws `dataset_changed` where the image was replaced since; a plain error, which passes, where S3 still has what was checked
 * and the bytes were damaged on their way.
 */
export const readCheckedImage = async (
  s3: S3Client,
  bucket: string,
  { file, key, etag, sha256 }: DatasetImage,
): Promise<Uint8Array> => {
  const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
  const met = createHash('sha256').update(bytes).digest('hex')
  if (met === sha256) return bytes
  if (etag !== undefined && ETag === etag)
    throw new Error(`${file} was damaged on its way: bytes of SHA-256 ${met} met, ${sha256} needed`)
  throw new PermanentError('dataset_changed', `${file} was replaced since the check; register the data set again`)
}
