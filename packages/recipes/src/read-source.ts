import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { PermanentError } from '@assay/pipeline'

/** Code, not data: what is larger was packed by mistake. */
const MAX_SOURCE_BYTES = 50_000_000

const isMissing = (error: unknown): error is Error =>
  error instanceof Error && ['NoSuchKey', 'NoSuchBucket', 'AccessDenied'].includes(error.name)

/** The .tar.gz that lies in S3. Throws PermanentError where it is not there or too large. */
export const readSource = async (s3: S3Client, uri: string): Promise<Uint8Array> => {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    if (ContentLength > MAX_SOURCE_BYTES)
      throw new PermanentError(
        'source_too_large',
        `${uri} has ${ContentLength} bytes, at most ${MAX_SOURCE_BYTES} needed: code belongs there, data into a data set`,
      )
    return (await Body?.transformToByteArray()) ?? new Uint8Array()
  } catch (error) {
    if (isMissing(error))
      throw new PermanentError(
        'source_missing',
        `${uri} cannot be read: ${error.name}${error.name === 'AccessDenied' ? ', by these credentials or because its bucket belongs to another account than ASSAY_DATASET_BUCKETS says' : ''}`,
        { cause: error },
      )
    throw error
  }
}
