import { randomBytes } from 'node:crypto'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { S3Call } from './call.ts'
import type { S3Error } from './s3-error.ts'
import { element, xmlDocument } from './xml.ts'

const life = randomBytes(4).toString('hex').toUpperCase()
const hostId = randomBytes(48).toString('base64')
let count = 0

/** Sixteen upper-case hex digits, each one once. */
export const nextRequestId = (): string => life + (++count >>> 0).toString(16).toUpperCase().padStart(8, '0')

const commonHeaders = (requestId: string): OutgoingHttpHeaders => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': hostId,
  server: 'AmazonS3',
})

type Answering = Pick<S3Call, 'res' | 'requestId'>

/** Head of an answer whose body follows. */
export const writeHead = ({ res, requestId }: Answering, status: number, headers: OutgoingHttpHeaders): void => {
  res.writeHead(status, { ...commonHeaders(requestId), ...headers })
}

/** A whole answer; a body has its length set. */
export const answer = (
  call: Answering,
  status: number,
  headers: OutgoingHttpHeaders = {},
  body?: string | Buffer,
): void => {
  const length =
    body === undefined
      ? status === 204 || status === 304
        ? {}
        : { 'content-length': 0 }
      : { 'content-length': Buffer.byteLength(body) }
  writeHead(call, status, { ...length, ...headers })
  call.res.end(body)
}

export const answerXml = (call: Answering, root: string, inner: string, headers: OutgoingHttpHeaders = {}): void => {
  answer(call, 200, { 'content-type': 'application/xml', ...headers }, xmlDocument(root, inner))
}

/** An error as S3 writes it; an answer to HEAD has no body. Where an answer has begun, the connection is cut instead. */
export const answerError = (
  res: ServerResponse,
  method: string | undefined,
  error: S3Error,
  resource: string,
  requestId: string,
): void => {
  if (res.headersSent) {
    res.destroy()
    return
  }
  const fields = Object.entries(error.fields)
    .map(([name, value]) => element(name, value))
    .join('')
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${element('Code', error.code)}${element('Message', error.message)}${fields}` +
    `${element('Resource', resource)}${element('RequestId', requestId)}${element('HostId', hostId)}</Error>`
  const headers: OutgoingHttpHeaders = error.code === 'MissingContentLength' ? { connection: 'close' } : {}
  if (error.code === 'InvalidRange' && error.fields['ActualObjectSize'] !== undefined)
    headers['content-range'] = `bytes */${error.fields['ActualObjectSize']}`
  if (method === 'HEAD') {
    writeHead({ res, requestId }, error.status, { 'content-type': 'application/xml', ...headers })
    res.end()
    return
  }
  answer({ res, requestId }, error.status, { 'content-type': 'application/xml', ...headers }, body)
}

/** Last-Modified and its like. */
export const httpDate = (ms: number): string => new Date(ms).toUTCString()

/** A time in XML: whole seconds, as S3 shows them. */
export const xmlTime = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString()
