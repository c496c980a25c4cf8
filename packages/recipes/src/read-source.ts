import { join } from 'node:path'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { PermanentError } from '@assay/pipeline'
import { assetFolder } from './asset-folder.ts'
import { sourceTarball } from './source-tarball.ts'

/** Code, not data: what is larger was packed by mistake. */
const MAX_SOURCE_BYTES = 50_000_000

/** The .tar.gz of a shipped folder, or the one that lies in S3. Throws PermanentError where that is not there or too large. */
export const readSource = async (s3: S3Client, source: string): Promise<Uint8Array> => {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(source) ?? []
  if (bucket === undefined || key === undefined) return sourceTarball(join(assetFolder('sources'), source))
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    if (ContentLength > MAX_SOURCE_BYTES)
      throw new PermanentError(
        'source_too_large',
        `${source} has ${ContentLength} bytes, at most ${MAX_SOURCE_BYTES} needed: code belongs there, data into a data set`,
      )
    return (await Body?.transformToByteArray()) ?? new Uint8Array()
  } catch (error) {
    if (error instanceof Error && ['NoSuchKey', 'NoSuchBucket', 'AccessDenied'].includes(error.name))
      throw new PermanentError(
        'source_missing',
        `${source} cannot be read: ${error.name}${error.name === 'AccessDenied' ? ', by these credentials or because its bucket belongs to another account than ASSAY_DATASET_BUCKETS says' : ''}`,
        { cause: error },
      )
    throw error
  }
}
