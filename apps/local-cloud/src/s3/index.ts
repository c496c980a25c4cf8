import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkBucketOwner } from './bucket-owner.ts'
import { openBuckets } from './buckets.ts'
import type { ChunkVerifier } from './aws-chunked.ts'
import { createObjectStore, type ObjectStore } from './object-store.ts'
import { operations } from './operations/index.ts'
import { parseTarget, s3Operation, type S3Target } from './request.ts'
import { answerError, nextRequestId } from './respond.ts'
import { S3Error } from './s3-error.ts'
import { checkPresignedExpiry } from './sigv4.ts'

export type { ObjectStore } from './object-store.ts'
export { s3Operation } from './request.ts'
export { S3Error } from './s3-error.ts'
export { createSigV4Verifier, type Credential } from './sigv4.ts'
export { readClaim } from './sigv4-claim.ts'

export interface S3CallInfo {
  service: 's3'
  /** As in the S3 API, such as PutObject; `Unknown` for what is no operation. */
  operation: string
  /** `bucket/key`, `bucket`, or '' for the service itself. */
  resource: string
}

export interface S3Options {
  /** A folder of our own; one process at a time. */
  dataDir: string
  region: string
  /** Owner of every bucket, twelve digits. (Default: 123456789012) */
  accountId?: string
  /** Throws S3Error. (Default: signatures are not checked, only the expiry of presigned URLs) */
  verifySignature?: (req: IncomingMessage) => ChunkVerifier | void
  /** Wraps every request: fault control and journal. `run` does the work, answers, and never rejects. */
  around?: (call: S3CallInfo, run: () => Promise<void>, res: ServerResponse) => Promise<void>
  /** Told of a failure that is ours, answered as InternalError. (Default: printed to stderr) */
  onFault?: (error: unknown) => void
  /** Force every write to the disk before answering. Without it a crash of the process loses nothing, a power failure may. (Default: false) */
  durable?: boolean
}

export interface S3 {
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>
  store: ObjectStore
  close(): Promise<void>
}

const toS3Error = (error: unknown, onFault: (error: unknown) => void): S3Error => {
  if (error instanceof S3Error) return error
  onFault(error)
  return new S3Error('InternalError')
}

/** Operations on no bucket that is there yet: the API gives them no expected owner. */
const ownerless = new Set(['ListBuckets', 'CreateBucket'])

/** An S3-compatible server part over a folder; see docs/decisions/cloud-s3-storage.md for how objects lie there. */
export const createS3 = async (options: S3Options): Promise<S3> => {
  const { region, accountId = '123456789012', verifySignature, around, onFault = console.error } = options
  const buckets = openBuckets(options.dataDir, options.durable ?? false)

  const perform = async (req: IncomingMessage, res: ServerResponse, operation: string): Promise<void> => {
    const requestId = nextRequestId()
    try {
      const target: S3Target = parseTarget(req)
      if (verifySignature === undefined) checkPresignedExpiry(req)
      const chunkVerifier = verifySignature?.(req) ?? undefined
      const act = operations[operation]
      if (!act)
        throw operation === 'Unknown'
          ? new S3Error('MethodNotAllowed', undefined, { Method: req.method ?? '' })
          : new S3Error('NotImplemented', `${operation} is not implemented here`, { Operation: operation })
      const body: AsyncIterable<Buffer> = req.iterator({ destroyOnReturn: false })
      const known = { ...target, req, res, body, buckets, region, accountId, requestId }
      if (!ownerless.has(operation)) checkBucketOwner(known)
      await act({ ...known, ...(chunkVerifier ? { chunkVerifier } : {}) })
    } catch (error) {
      // The client went away: nobody is left to be told.
      if (res.destroyed) return
      const path = req.url?.split('?')[0] ?? '/'
      answerError(res, req.method, toS3Error(error, onFault), path, requestId)
    }
  }

  return {
    handle: async (req, res) => {
      const operation = s3Operation(req)
      if (!around) {
        await perform(req, res, operation)
        return
      }
      await around({ service: 's3', operation, resource: resourceOf(req) }, () => perform(req, res, operation), res)
    },
    store: createObjectStore(buckets),
    close: () => buckets.close(),
  }
}

const resourceOf = (req: IncomingMessage): string => {
  try {
    const { bucket, key } = parseTarget(req)
    return key === '' ? bucket : `${bucket}/${key}`
  } catch {
    return req.url ?? ''
  }
}
