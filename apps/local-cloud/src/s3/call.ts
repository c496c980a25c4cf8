import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ChunkVerifier } from './aws-chunked.ts'
import type { Buckets } from './buckets.ts'
import type { S3Target } from './request.ts'

/** One request on its way through an operation. */
export interface S3Call extends S3Target {
  req: IncomingMessage
  res: ServerResponse
  /** The request's body. Left half-way it does not end the connection, so that an error can be answered. */
  body: AsyncIterable<Buffer>
  buckets: Buckets
  region: string
  /** Twelve digits: the owner of every bucket. */
  accountId: string
  requestId: string
  chunkVerifier?: ChunkVerifier
}

/** Does one S3 operation and answers it; throws S3Error. */
export type S3Operation = (call: S3Call) => Promise<void> | void
