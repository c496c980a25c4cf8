import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { DatasetImage } from '@assay/contracts'
import { inParallel } from '@assay/datasets'
import { PermanentError } from '@assay/pipeline'

/** CopyObject takes no larger source. */
const MAX_COPY_BYTES = 5 * 1024 ** 3

export interface ImageCopy {
  image: DatasetImage
  key: string
}

const encodeKey = (key: string) => key.split('/').map(encodeURIComponent).join('/')
const named = (error: unknown, ...names: string[]) => error instanceof Error && names.includes(error.name)

/** Copies images inside S3; their bytes never come here. Each source must still be what was checked. */
export const copyImages = async (
  { s3, bucket, parallel, signal }: { s3: S3Client; bucket: string; parallel: number; signal: AbortSignal },
  sourceBucket: string,
  copies: readonly ImageCopy[],
  onCopied: () => void,
): Promise<void> => {
  const tooLarge = copies.find(({ image }) => image.bytes > MAX_COPY_BYTES)
  if (tooLarge)
    throw new PermanentError(
      'image_too_large',
      `${tooLarge.image.file} has ${tooLarge.image.bytes} bytes, S3 copies at most ${MAX_COPY_BYTES}`,
    )
  await inParallel(copies, parallel, async ({ image, key }) => {
    signal.throwIfAborted()
    try {
      await s3.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key: key,
          CopySource: `${sourceBucket}/${encodeKey(image.key)}`,
          ...(image.etag === undefined ? {} : { CopySourceIfMatch: image.etag }),
        }),
      )
    } catch (error) {
      if (named(error, 'PreconditionFailed', 'NoSuchKey', 'NotFound'))
        throw new PermanentError(
          'dataset_changed',
          `${image.file} was replaced or deleted since the check; register the data set again`,
          { cause: error },
        )
      throw error
    }
    onCopied()
  })
}
