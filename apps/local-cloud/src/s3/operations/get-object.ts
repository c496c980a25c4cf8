import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import type { OutgoingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type ByteRange, readRange } from '../byte-range.ts'
import type { S3Call } from '../call.ts'
import { checksumHeader } from '../checksum.ts'
import { checkRead, readConditions } from '../conditions.ts'
import { findObject } from '../find-object.ts'
import type { ObjectRecord } from '../object-record.ts'
import { answer, httpDate, writeHead } from '../respond.ts'
import { S3Error } from '../s3-error.ts'

/** Bodies up to this are read in one go, which costs less than a stream. */
const smallBytes = 128 << 10
const streamChunkBytes = 256 << 10

const overrides = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
]
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/

const overridden = (query: URLSearchParams): OutgoingHttpHeaders => {
  const headers: OutgoingHttpHeaders = {}
  if (query.size === 0) return headers
  for (const name of overrides) {
    const value = query.get(`response-${name}`)
    if (value === null) continue
    if (!headerValue.test(value))
      throw new S3Error('InvalidArgument', `Header value cannot be represented using ISO-8859-1.: response-${name}`)
    headers[name] = value
  }
  return headers
}

const describe = (call: S3Call, record: ObjectRecord): OutgoingHttpHeaders => {
  const headers: OutgoingHttpHeaders = {
    'last-modified': httpDate(record.modifiedMs),
    etag: `"${record.etag}"`,
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
    ...record.headers,
    ...overridden(call.query),
  }
  for (const [name, value] of Object.entries(record.metadata)) headers[`x-amz-meta-${name}`] = value
  if (record.storageClass !== undefined) headers['x-amz-storage-class'] = record.storageClass
  if (record.tags?.length) headers['x-amz-tagging-count'] = record.tags.length
  return headers
}

const checksumHeaders = (call: S3Call, { checksum }: ObjectRecord): OutgoingHttpHeaders => {
  if (
    !checksum ||
    String(call.req.headers['x-amz-checksum-mode'] ?? call.query.get('x-amz-checksum-mode')).toUpperCase() !== 'ENABLED'
  )
    return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

/** The bytes of one part of an object made from parts; of any other, part 1 is the whole. */
const partRange = (record: ObjectRecord, partNumber: string): { range: ByteRange; parts: number } => {
  const sizes = record.partBytes ?? [record.sizeBytes]
  const number = Number(partNumber)
  if (!Number.isInteger(number) || number < 1)
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
  if (number > sizes.length)
    throw new S3Error('InvalidPartNumber', undefined, {
      PartNumberRequested: partNumber,
      ActualPartCount: String(sizes.length),
    })
  const first = sizes.slice(0, number - 1).reduce((sum, bytes) => sum + bytes, 0)
  return { range: { first, last: first + sizes[number - 1] - 1 }, parts: sizes.length }
}

interface Slice {
  status: 200 | 206
  first: number
  sizeBytes: number
  headers: OutgoingHttpHeaders
}

const chooseSlice = (call: S3Call, record: ObjectRecord): Slice => {
  const partNumber = call.query.get('partNumber')
  if (partNumber !== null && call.req.headers.range !== undefined)
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  const part = partNumber === null ? undefined : partRange(record, partNumber)
  const range = part ? part.range : readRange(call.req.headers.range, record.sizeBytes)
  if (!range || range.last < range.first)
    return { status: 200, first: 0, sizeBytes: record.sizeBytes, headers: checksumHeaders(call, record) }
  const whole = range.first === 0 && range.last === record.sizeBytes - 1
  return {
    status: 206,
    first: range.first,
    sizeBytes: range.last - range.first + 1,
    headers: {
      'content-range': `bytes ${range.first}-${range.last}/${record.sizeBytes}`,
      ...(part && record.partBytes ? { 'x-amz-mp-parts-count': part.parts } : {}),
      ...(whole ? checksumHeaders(call, record) : {}),
    },
  }
}

/** Opens the blob in the same tick in which its record was read, so that no overwriting can come between. */
const openBlob = (call: S3Call, record: ObjectRecord): number => {
  const fd = openSync(call.buckets.blobs.path(record.blob), 'r')
  if (fstatSync(fd).size === record.sizeBytes) return fd
  closeSync(fd)
  throw new Error(`the bytes of ${call.bucket}/${record.key} are damaged: not ${record.sizeBytes} long`)
}

const readSmall = (fd: number, { first, sizeBytes }: Slice): Buffer => {
  try {
    const body = Buffer.allocUnsafe(sizeBytes)
    let at = 0
    while (at < sizeBytes) {
      const got = readSync(fd, body, at, sizeBytes - at, first + at)
      if (got === 0) throw new Error(`a stored object ends after ${at} of ${sizeBytes} bytes`)
      at += got
    }
    return body
  } finally {
    closeSync(fd)
  }
}

/** GetObject and HeadObject. */
export const getObject = async (call: S3Call): Promise<void> => {
  const record = findObject(call)
  if (checkRead(readConditions(call.req.headers), record) === 'not modified') {
    answer(call, 304, { etag: `"${record.etag}"`, 'last-modified': httpDate(record.modifiedMs) })
    return
  }
  const slice = chooseSlice(call, record)
  const headers = { ...describe(call, record), ...slice.headers, 'content-length': slice.sizeBytes }
  if (call.req.method === 'HEAD' || slice.sizeBytes === 0) {
    writeHead(call, slice.status, headers)
    call.res.end()
    return
  }
  const fd = openBlob(call, record)
  if (slice.sizeBytes <= smallBytes) {
    const body = readSmall(fd, slice)
    writeHead(call, slice.status, headers)
    call.res.end(body)
    return
  }
  const stream = createReadStream('', {
    fd,
    start: slice.first,
    end: slice.first + slice.sizeBytes - 1,
    highWaterMark: streamChunkBytes,
  })
  writeHead(call, slice.status, headers)
  await pipeline(stream, call.res)
}
