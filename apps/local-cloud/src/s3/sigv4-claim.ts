import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'

/** What a request says of its own signature. */
export interface Claim {
  accessKeyId: string
  /** As in `20260131`. */
  day: string
  region: string
  service: string
  /** `day/region/service/aws4_request`. */
  scope: string
  signedHeaders: readonly string[]
  /** 64 lower-case hex digits. */
  signature: string
  /** As in `20260131T120000Z`. */
  amzDate: string
  signedMs: number
  /** Of a presigned URL. */
  expiresSeconds?: number
  sessionToken?: string
}

const maxExpiresSeconds = 604_800

const parseAmzDate = (text: string): number => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!parts) return Number.NaN
  const [, year, month, day, hour, minute, second] = parts
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

const toAmzDate = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`

interface Raw {
  credential: string
  signedHeaders: string
  signature: string
  amzDate: string
  expiresSeconds?: number
  sessionToken?: string
}

const build = (raw: Raw, malformed: (message: string) => S3Error): Claim => {
  const parts = raw.credential.split('/')
  // An access key id may hold slashes; the scope is the last four parts.
  const [day, region, service, last] = parts.slice(-4)
  const accessKeyId = parts.slice(0, -4).join('/')
  if (accessKeyId === '' || last !== 'aws4_request' || !/^\d{8}$/.test(day))
    throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
  if (!/^[0-9a-f]{64}$/.test(raw.signature)) throw malformed('the Signature must be 64 hexadecimal digits.')
  if (raw.signedHeaders === '') throw malformed('SignedHeaders is missing.')
  const signedMs = parseAmzDate(raw.amzDate)
  if (Number.isNaN(signedMs))
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  if (!raw.amzDate.startsWith(day)) throw malformed('the date in the credential scope is not the date of the request.')
  return {
    accessKeyId,
    day,
    region,
    service,
    scope: `${day}/${region}/${service}/aws4_request`,
    signedHeaders: raw.signedHeaders.toLowerCase().split(';'),
    signature: raw.signature,
    amzDate: raw.amzDate,
    signedMs,
    expiresSeconds: raw.expiresSeconds,
    sessionToken: raw.sessionToken,
  }
}

const text = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

const oldSignature = () =>
  new S3Error(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )

const readHeader = (req: IncomingMessage, authorization: string): Claim => {
  const malformed = (message: string) =>
    new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${message}`)
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) throw oldSignature()
  const fields = new Map(
    authorization
      .slice('AWS4-HMAC-SHA256 '.length)
      .split(',')
      .map((pair): [string, string] => {
        const equals = pair.indexOf('=')
        return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
      }),
  )
  const date = text(req.headers['x-amz-date']) ?? toAmzDateOf(req.headers.date)
  return build(
    {
      credential: fields.get('Credential') ?? '',
      signedHeaders: fields.get('SignedHeaders') ?? '',
      signature: fields.get('Signature') ?? '',
      amzDate: date,
      sessionToken: text(req.headers['x-amz-security-token']),
    },
    malformed,
  )
}

const toAmzDateOf = (httpDate: string | undefined): string => {
  const ms = Date.parse(httpDate ?? '')
  return Number.isNaN(ms) ? '' : toAmzDate(ms)
}

const readQuery = (query: URLSearchParams): Claim => {
  const malformed = (message: string) =>
    new S3Error('AuthorizationQueryParametersError', `Error parsing the query parameters; ${message}`)
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".')
  const expiresSeconds = Number(query.get('X-Amz-Expires') ?? Number.NaN)
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 0)
    throw malformed('X-Amz-Expires must be a non-negative number')
  if (expiresSeconds > maxExpiresSeconds)
    throw malformed(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  return build(
    {
      credential: query.get('X-Amz-Credential') ?? '',
      signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
      signature: query.get('X-Amz-Signature') ?? '',
      amzDate: query.get('X-Amz-Date') ?? '',
      expiresSeconds,
      sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    },
    malformed,
  )
}

/**
 * Reads the signature of a request; undefined where it has none.
 * Throws AuthorizationHeaderMalformed, AuthorizationQueryParametersError, AccessDenied, InvalidRequest.
 */
export const readClaim = (req: IncomingMessage): Claim | undefined => {
  const { authorization } = req.headers
  if (authorization !== undefined) return readHeader(req, authorization)
  const mark = req.url?.indexOf('?') ?? -1
  if (mark !== -1 && req.url?.includes('AWSAccessKeyId=', mark)) throw oldSignature()
  if (mark === -1 || !req.url?.includes('X-Amz-')) return undefined
  const query = new URLSearchParams(req.url.slice(mark + 1))
  return query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm') ? readQuery(query) : undefined
}
