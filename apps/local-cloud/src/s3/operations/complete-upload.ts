import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readBodyClaims } from '../body-claims.ts'
import type { Blobs } from '../blobs.ts'
import type { S3Call } from '../call.ts'
import {
  type Checksum,
  checksumAlgorithms,
  checksumHeader,
  compositeChecksum,
  createDigest,
  type RunningDigest,
} from '../checksum.ts'
import { commitObject } from '../commit.ts'
import { checkWrite, readConditions } from '../conditions.ts'
import type { ObjectRecord } from '../object-record.ts'
import { readShortBody } from '../receive-body.ts'
import { answerXml } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import type { Part, Upload } from '../uploads.ts'
import { children, childText, element, parseXmlRequest, type XmlNode } from '../xml.ts'
import { findUpload } from './multipart.ts'

const minPartBytes = 5 << 20
const maxParts = 10_000
const maxBodyBytes = 8 << 20

const unquote = (etag: string | undefined): string | undefined => etag?.replace(/^"|"$/g, '')

const sameChecksum = (named: XmlNode, part: Part): boolean =>
  checksumAlgorithms.every((algorithm) => {
    const value = childText(named, `Checksum${algorithm}`)
    return value === undefined || (part.checksum?.algorithm === algorithm && part.checksum.value === value)
  })

/** The parts in the order named. Throws MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest. */
const chooseParts = (request: XmlNode, upload: Upload): readonly Part[] => {
  const named = children(request, 'Part')
  if (named.length === 0 || named.length > maxParts) throw new S3Error('MalformedXML')
  let before = 0
  const parts = named.map((entry) => {
    const number = Number(childText(entry, 'PartNumber'))
    const etag = unquote(childText(entry, 'ETag'))
    if (!Number.isInteger(number) || etag === undefined) throw new S3Error('MalformedXML')
    if (number <= before) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id })
    before = number
    const part = upload.parts.get(number)
    if (!part || part.md5Hex !== etag || !sameChecksum(entry, part))
      throw new S3Error('InvalidPart', undefined, { UploadId: upload.id, PartNumber: String(number), ETag: etag })
    return part
  })
  for (const part of parts.slice(0, -1))
    if (part.sizeBytes < minPartBytes)
      throw new S3Error('EntityTooSmall', undefined, {
        ProposedSize: String(part.sizeBytes),
        MinSizeAllowed: String(minPartBytes),
        PartNumber: String(part.number),
        ETag: part.md5Hex,
      })
  return parts
}

const etagOf = (parts: readonly Part[]): string => {
  const md5 = createHash('md5')
  for (const part of parts) md5.update(part.md5Hex, 'hex')
  return `${md5.digest('hex')}-${parts.length}`
}

interface Joined {
  blob: string
  /** Over all bytes, where the upload wants one. */
  fullChecksum?: string
}

/** Writes blobs behind one another. */
const append = async (blobs: Blobs, ids: readonly string[], digest: RunningDigest | undefined): Promise<string> => {
  const draft = await blobs.draft()
  try {
    for (const id of ids)
      for await (const chunk of createReadStream(blobs.path(id), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        digest?.update(chunk)
        await draft.write(chunk)
      }
    await draft.finish()
  } catch (error) {
    await draft.discard()
    throw error
  }
  return draft.id
}

const join = async ({ buckets: { blobs } }: S3Call, upload: Upload, parts: readonly Part[]): Promise<Joined> => {
  // Names of our own: the parts may be replaced, aborted or completed by another request while they are read.
  const held = parts.map((part) => blobs.duplicate(part.blob))
  try {
    const digest =
      upload.checksumType === 'FULL_OBJECT' && upload.checksumAlgorithm
        ? createDigest(upload.checksumAlgorithm)
        : undefined
    const blob = await append(blobs, held, digest)
    return { blob, ...(digest ? { fullChecksum: digest.digest().toString('base64') } : {}) }
  } finally {
    for (const id of held) blobs.remove(id)
  }
}

const checksumOf = (upload: Upload, parts: readonly Part[], fullChecksum: string | undefined): Checksum | undefined => {
  const { checksumAlgorithm: algorithm } = upload
  if (!algorithm) return undefined
  if (fullChecksum !== undefined) return { algorithm, value: fullChecksum, type: 'FULL_OBJECT' }
  return compositeChecksum(
    algorithm,
    parts.map((part) => part.checksum?.value ?? ''),
  )
}

/** The whole object's checksum and size, where the request states them. Throws BadDigest, InvalidRequest. */
const checkStated = (call: S3Call, checksum: Checksum | undefined, sizeBytes: number) => {
  const { headers } = call.req
  const statedBytes = headers['x-amz-mp-object-size']
  if (statedBytes !== undefined && Number(statedBytes) !== sizeBytes)
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${String(statedBytes)} does not match what was computed: ${sizeBytes}`,
    )
  for (const algorithm of checksumAlgorithms) {
    const stated = headers[checksumHeader(algorithm)]
    if (stated === undefined) continue
    const met = checksum?.algorithm === algorithm ? checksum.value : undefined
    // A composite value may come with or without its number of parts.
    if (stated !== met && stated !== met?.split('-')[0])
      throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
}

const answerDone = (call: S3Call, record: ObjectRecord) => {
  const host = call.req.headers.host ?? 'localhost'
  const path = record.key.split('/').map(encodeURIComponent).join('/')
  answerXml(
    call,
    'CompleteMultipartUploadResult',
    element('Location', `http://${host}/${call.bucket}/${path}`) +
      element('Bucket', call.bucket) +
      element('Key', record.key) +
      element('ETag', `"${record.etag}"`) +
      (record.checksum
        ? element(`Checksum${record.checksum.algorithm}`, record.checksum.value) +
          element('ChecksumType', record.checksum.type)
        : ''),
    { 'x-amz-server-side-encryption': 'AES256' },
  )
}

/** The object that this very upload made: a completion whose answer was lost is repeated by every SDK, and is a success in S3. */
const alreadyDone = (call: S3Call): ObjectRecord | undefined => {
  const record = call.buckets.get(call.bucket).index.get(call.key)
  return record?.uploadId === call.query.get('uploadId') ? record : undefined
}

export const completeMultipartUpload = async (call: S3Call): Promise<void> => {
  const { req, buckets, key } = call
  const bucket = buckets.get(call.bucket)
  // Checksum headers of this request speak of the object, not of its body.
  const { checksum: _ofTheObject, ...claims } = readBodyClaims(req, call.query)
  const body = await readShortBody(call.body, claims, maxBodyBytes, call.chunkVerifier)
  const done = alreadyDone(call)
  if (done) {
    answerDone(call, done)
    return
  }
  const upload = findUpload(call)
  const parts = chooseParts(parseXmlRequest(body, 'CompleteMultipartUpload'), upload)
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
  const conditions = readConditions(req.headers)
  checkWrite(conditions, bucket.index.get(key), key)
  const { blob, fullChecksum } = await join(call, upload, parts)
  const checksum = checksumOf(upload, parts, fullChecksum)
  try {
    checkStated(call, checksum, sizeBytes)
    // Aborted, or completed by another request, while the parts were joined.
    if (alreadyDone(call) === undefined) findUpload(call)
  } catch (error) {
    buckets.blobs.remove(blob)
    throw error
  }
  const twin = alreadyDone(call)
  if (twin) {
    buckets.blobs.remove(blob)
    answerDone(call, twin)
    return
  }
  const record: ObjectRecord = {
    key,
    blob,
    sizeBytes,
    etag: etagOf(parts),
    modifiedMs: Date.now(),
    ...upload.attributes,
    ...(checksum ? { checksum } : {}),
    partBytes: parts.map((part) => part.sizeBytes),
    uploadId: upload.id,
  }
  commitObject(buckets, bucket, record, conditions)
  bucket.uploads.end(upload)
  for (const part of upload.parts.values()) buckets.blobs.remove(part.blob)
  answerDone(call, record)
}
