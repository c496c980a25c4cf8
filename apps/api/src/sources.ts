import { createHash } from 'node:crypto'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { BulkStore } from '@assay/ledger'
import { listPacked, SourceError, sourceKey } from '@assay/sources'
import type { ApiContext } from './context.ts'
import { ProblemError } from './problem-error.ts'

/** Throws ProblemError where the bytes are not those of the hash, or no .tar.gz with a file in it. */
export const checkPacked = async (sha256: string, bytes: Uint8Array): Promise<void> => {
  const met = createHash('sha256').update(bytes).digest('hex')
  const detail = met === sha256 ? await unreadable(bytes) : `a body of SHA-256 ${met} met, ${sha256} needed`
  if (detail !== undefined) throw new ProblemError('invalid-content', detail, { errors: [{ pointer: '', detail }] })
}

const unreadable = async (bytes: Uint8Array): Promise<string | undefined> => {
  try {
    return (await listPacked(bytes)).length === 0
      ? 'a .tar.gz without a file met, a packed source folder needed'
      : undefined
  } catch (error) {
    if (error instanceof SourceError) return `the body is no packed source folder: ${error.message}`
    throw error
  }
}

/** Packed sources in the installation's bucket, at keys that say what they hold: what was stored is never written again. */
export const createSources = ({
  s3,
  bucket,
  bulk,
}: {
  s3: S3Client
  bucket: string
  bulk: Pick<BulkStore, 'exists'>
}): ApiContext['sources'] => ({
  uriOf: (sha256) => `s3://${bucket}/${sourceKey(sha256)}`,
  isStored: (sha256) => bulk.exists(sourceKey(sha256)),
  async store(sha256, bytes) {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: sourceKey(sha256),
        Body: bytes,
        ContentType: 'application/gzip',
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      }),
    )
  },
})
