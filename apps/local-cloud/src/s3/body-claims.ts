import type { IncomingMessage } from 'node:http'
import { type ChecksumAlgorithm, checksumAlgorithms, checksumBytes, checksumHeader } from './checksum.ts'
import { S3Error } from './s3-error.ts'

/** What the headers say of a body, to be checked against it. */
export interface BodyClaims {
  framing: 'plain' | 'chunked' | 'signed chunks'
  /** Bytes of the real body; undefined where it ends when it ends. */
  sizeBytes: number | undefined
  contentMd5?: string
  sha256Hex?: string
  /** Without a value where it follows as a trailer. */
  checksum?: { algorithm: ChecksumAlgorithm; value?: string }
}

const maxPutBytes = 5 * 2 ** 30

/** A header, or the query parameter that a presigned URL carries instead. */
const stated = (req: IncomingMessage, query: URLSearchParams, name: string): string | undefined => {
  const header = req.headers[name]
  return typeof header === 'string' ? header : (query.get(name) ?? undefined)
}

const isBase64Of = (value: string, bytes: number): boolean => {
  const decoded = Buffer.from(value, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === value
}

const readSize = (req: IncomingMessage, framed: boolean): number => {
  const text = req.headers[framed ? 'x-amz-decoded-content-length' : 'content-length']
  if (text === undefined) throw new S3Error('MissingContentLength')
  const sizeBytes = Number(text)
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new S3Error('InvalidArgument')
  if (sizeBytes > maxPutBytes)
    throw new S3Error('EntityTooLarge', undefined, {
      ProposedSize: String(sizeBytes),
      MaxSizeAllowed: String(maxPutBytes),
    })
  return sizeBytes
}

const readChecksum = (req: IncomingMessage, query: URLSearchParams): BodyClaims['checksum'] => {
  const announced = stated(req, query, 'x-amz-trailer')?.trim().toLowerCase()
  const found: NonNullable<BodyClaims['checksum']>[] = []
  for (const algorithm of checksumAlgorithms) {
    const name = checksumHeader(algorithm)
    const value = stated(req, query, name)
    if (value !== undefined && !isBase64Of(value, checksumBytes[algorithm]))
      throw new S3Error('InvalidRequest', `Value for ${name} header is invalid.`)
    if (value !== undefined) found.push({ algorithm, value })
    else if (announced === name) found.push({ algorithm })
  }
  if (found.length > 1)
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  const named = stated(req, query, 'x-amz-sdk-checksum-algorithm')
  if (named !== undefined && !found.length)
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  return found[0]
}

/** Throws MissingContentLength, EntityTooLarge, InvalidDigest, InvalidArgument, InvalidRequest, NotImplemented. */
export const readBodyClaims = (req: IncomingMessage, query: URLSearchParams): BodyClaims => {
  const sha256 = stated(req, query, 'x-amz-content-sha256')
  const streaming = sha256?.startsWith('STREAMING-') ?? false
  if (streaming && sha256?.startsWith('STREAMING-AWS4-ECDSA')) throw new S3Error('NotImplemented')
  const sha256Hex = sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined
  if (sha256 !== undefined && !streaming && sha256Hex === undefined && sha256 !== 'UNSIGNED-PAYLOAD')
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    )
  const contentMd5 = stated(req, query, 'content-md5')
  if (contentMd5 !== undefined && !isBase64Of(contentMd5, 16)) throw new S3Error('InvalidDigest')
  const framed =
    streaming || (req.headers['content-encoding']?.split(',').some((part) => part.trim() === 'aws-chunked') ?? false)
  return {
    framing: streaming && sha256?.startsWith('STREAMING-AWS4-HMAC') ? 'signed chunks' : framed ? 'chunked' : 'plain',
    sizeBytes: readSize(req, framed),
    contentMd5,
    sha256Hex,
    checksum: readChecksum(req, query),
  }
}
