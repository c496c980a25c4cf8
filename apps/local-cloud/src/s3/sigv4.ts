import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ChunkVerifier } from './aws-chunked.ts'
import { canonicalHeaders, canonicalPath, canonicalQuery } from './sigv4-canonical.ts'
import { type Claim, readClaim } from './sigv4-claim.ts'
import { S3Error } from './s3-error.ts'

export interface Credential {
  accessKeyId: string
  secretAccessKey: string
  /** Where set, requests must carry it. */
  sessionToken?: string
}

export interface SigV4Options {
  /** The service a signature must be for, such as s3 or sagemaker. (Default: any) */
  service?: string
  /** The region a signature must be for. (Default: any) */
  region?: string
  /** Milliseconds since 1970, for tests. (Default: Date.now) */
  nowMs?: () => number
}

/**
 * Checks the signature of a request, in its header or its query. Throws S3Error: AccessDenied where there is none,
 * InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed, AuthorizationHeaderMalformed and their like.
 * @param body - the body, where the client sends no x-amz-content-sha256 (services other than S3)
 * @returns what checks the chunks of a streamed body
 */
export type SigV4Verifier = (req: IncomingMessage, body?: Uint8Array) => ChunkVerifier

const maxSkewMs = 15 * 60_000
const unsignedPayload = 'UNSIGNED-PAYLOAD'
const emptySha256 = createHash('sha256').digest('hex')

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text, 'utf8').digest()

const sha256Hex = (data: string | Uint8Array): string =>
  // Headers come as one character a byte: hashed as the bytes that were sent.
  (typeof data === 'string' ? createHash('sha256').update(data, 'latin1') : createHash('sha256').update(data)).digest(
    'hex',
  )

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))

const checkTime = (claim: Claim, nowMs: number) => {
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(nowMs - claim.signedMs) > maxSkewMs)
      throw new S3Error('RequestTimeTooSkewed', undefined, {
        RequestTime: claim.amzDate,
        ServerTime: new Date(nowMs).toISOString(),
        MaxAllowedSkewMilliseconds: String(maxSkewMs),
      })
    return
  }
  checkPresignedTime(claim.signedMs, claim.expiresSeconds, nowMs)
}

const checkPresignedTime = (signedMs: number, expiresSeconds: number, nowMs: number) => {
  if (signedMs - nowMs > maxSkewMs) throw new S3Error('AccessDenied', 'Request is not valid yet')
  const endMs = signedMs + expiresSeconds * 1000
  if (nowMs > endMs)
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(expiresSeconds),
      Expires: new Date(endMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    })
}

/** Refuses a presigned URL past its time, also where no credentials are configured. Throws AccessDenied, AuthorizationQueryParametersError. */
export const checkPresignedExpiry = (req: IncomingMessage, nowMs: number = Date.now()): void => {
  if (req.url?.includes('AWSAccessKeyId=')) {
    // Signature Version 2, which old clients still use for links: `Expires` is in seconds since 1970.
    const endMs = Number(new URLSearchParams(req.url.slice(req.url.indexOf('?'))).get('Expires')) * 1000
    if (!(nowMs <= endMs)) throw new S3Error('AccessDenied', 'Request has expired')
  }
  if (!req.url?.includes('X-Amz-Expires=')) return
  const claim = readClaim(req)
  if (claim?.expiresSeconds !== undefined) checkPresignedTime(claim.signedMs, claim.expiresSeconds, nowMs)
}

/** Headers that S3 wants signed wherever they are sent. */
const checkAllSigned = (req: IncomingMessage, claim: Claim) => {
  const signed = new Set(claim.signedHeaders)
  const missing = Object.keys(req.headers).filter((name) => name.startsWith('x-amz-') && !signed.has(name))
  if (!signed.has('host')) missing.unshift('host')
  if (missing.length)
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: missing.join(', '),
    })
}

const payloadHash = (req: IncomingMessage, claim: Claim, body: Uint8Array | undefined): string => {
  const stated = req.headers['x-amz-content-sha256']
  // S3 holds the body against what is stated while it reads it; the others have it whole, so that it is what counts.
  if (claim.service === 's3') return typeof stated === 'string' ? stated : unsignedPayload
  if (stated === unsignedPayload) return unsignedPayload
  return body ? sha256Hex(body) : emptySha256
}

const signingKey = (secret: string, claim: Claim): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, claim.day), claim.region), claim.service), 'aws4_request')

const createChunkVerifier = (key: Buffer, claim: Claim): ChunkVerifier => {
  let before = claim.signature
  const check = (kind: string, rest: string, signature: string | undefined) => {
    const text = `AWS4-HMAC-SHA256-${kind}\n${claim.amzDate}\n${claim.scope}\n${before}\n${rest}`
    const expected = hmac(key, text).toString('hex')
    if (signature === undefined || !sameText(signature, expected)) throw new S3Error('SignatureDoesNotMatch')
    before = expected
  }
  return {
    chunk: (hash, signature) => {
      check('PAYLOAD', `${emptySha256}\n${hash}`, signature)
    },
    trailer: (text, signature) => {
      check('TRAILER', sha256Hex(text), signature)
    },
  }
}

const checkScope = (claim: Claim, { service, region }: SigV4Options) => {
  if (region !== undefined && claim.region !== region)
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${claim.region}' is wrong; expecting '${region}'`,
      { Region: region },
    )
  if (service !== undefined && claim.service !== service)
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; incorrect service "${claim.service}". This endpoint belongs to "${service}".`,
    )
}

const findCredential = (byId: ReadonlyMap<string, Credential>, claim: Claim): Credential => {
  const credential = byId.get(claim.accessKeyId)
  if (!credential) throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: claim.accessKeyId })
  if (credential.sessionToken !== undefined && !sameText(claim.sessionToken ?? '', credential.sessionToken))
    throw new S3Error('InvalidToken')
  return credential
}

/** Signature Version 4 for any service, from the request as it came. */
export const createSigV4Verifier = (credentials: readonly Credential[], options: SigV4Options = {}): SigV4Verifier => {
  const byId = new Map(credentials.map((credential) => [credential.accessKeyId, credential]))
  const now = options.nowMs ?? Date.now
  return (req, body) => {
    const claim = readClaim(req)
    if (!claim) throw new S3Error('AccessDenied')
    const credential = findCredential(byId, claim)
    checkScope(claim, options)
    checkTime(claim, now())
    if (claim.service === 's3') checkAllSigned(req, claim)
    const canonical = [
      req.method ?? '',
      canonicalPath(req.url ?? '/', claim.service === 's3'),
      canonicalQuery(req.url ?? '/'),
      canonicalHeaders(req, claim.signedHeaders),
      '',
      claim.signedHeaders.join(';'),
      payloadHash(req, claim, body),
    ].join('\n')
    const key = signingKey(credential.secretAccessKey, claim)
    const text = `AWS4-HMAC-SHA256\n${claim.amzDate}\n${claim.scope}\n${sha256Hex(canonical)}`
    if (!sameText(hmac(key, text).toString('hex'), claim.signature))
      throw new S3Error('SignatureDoesNotMatch', undefined, {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: text,
        SignatureProvided: claim.signature,
        CanonicalRequest: canonical,
      })
    return createChunkVerifier(key, claim)
  }
}
