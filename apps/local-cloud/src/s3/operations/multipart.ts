import { createReadStream } from 'node:fs'
import { readBodyClaims, type BodyClaims } from '../body-claims.ts'
import { readCopyRange } from '../byte-range.ts'
import type { S3Call } from '../call.ts'
import { type ChecksumAlgorithm, type ChecksumType, checksumAlgorithms, checksumHeader } from '../checksum.ts'
import { checkCopySource, copySourceConditions } from '../conditions.ts'
import { readCopySource } from '../copy-source.ts'
import { readAttributes } from '../object-attributes.ts'
import { type Received, receiveBody } from '../receive-body.ts'
import { answer, answerXml, xmlTime } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import type { Part, Upload } from '../uploads.ts'
import { element } from '../xml.ts'

const maxPartNumber = 10_000

const header = (call: S3Call, name: string): string | undefined => {
  const value = call.req.headers[name]
  return typeof value === 'string' ? value : undefined
}

const readChecksumKind = (call: S3Call): { checksumAlgorithm?: ChecksumAlgorithm; checksumType?: ChecksumType } => {
  const wanted = header(call, 'x-amz-checksum-algorithm')
  const type = header(call, 'x-amz-checksum-type')
  if (wanted === undefined) {
    if (type !== undefined)
      throw new S3Error(
        'InvalidRequest',
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      )
    return {}
  }
  const checksumAlgorithm = checksumAlgorithms.find((algorithm) => algorithm === wanted)
  if (!checksumAlgorithm)
    throw new S3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  const checksumType = type ?? (checksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  const composite = checksumType === 'COMPOSITE'
  if (!composite && checksumType !== 'FULL_OBJECT')
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.')
  if (composite ? checksumAlgorithm === 'CRC64NVME' : checksumAlgorithm.startsWith('SHA'))
    throw new S3Error(
      'InvalidRequest',
      `The ${checksumType} checksum type cannot be used with the ${checksumAlgorithm.toLowerCase()} checksum algorithm.`,
    )
  return { checksumAlgorithm, checksumType: composite ? 'COMPOSITE' : 'FULL_OBJECT' }
}

export const createMultipartUpload = (call: S3Call): void => {
  const { uploads } = call.buckets.get(call.bucket)
  const attributes = readAttributes(call.req.headers)
  const upload = uploads.start({ key: call.key, attributes, ...readChecksumKind(call) })
  answerXml(
    call,
    'InitiateMultipartUploadResult',
    element('Bucket', call.bucket) + element('Key', call.key) + element('UploadId', upload.id),
    {
      'x-amz-server-side-encryption': 'AES256',
      ...(upload.checksumAlgorithm
        ? { 'x-amz-checksum-algorithm': upload.checksumAlgorithm, 'x-amz-checksum-type': upload.checksumType }
        : {}),
    },
  )
}

/** The upload a call names, which must be of its key. Throws NoSuchBucket, NoSuchUpload. */
export const findUpload = ({ buckets, bucket, key, query }: S3Call): Upload => {
  const id = query.get('uploadId') ?? ''
  const upload = buckets.get(bucket).uploads.get(id)
  if (upload?.key !== key) throw new S3Error('NoSuchUpload', undefined, { UploadId: id })
  return upload
}

const readPartNumber = ({ query }: S3Call): number => {
  const number = Number(query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > maxPartNumber)
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`, {
      ArgumentName: 'partNumber',
      ArgumentValue: query.get('partNumber') ?? '',
    })
  return number
}

/** Makes a received body a part, unless its upload ended meanwhile. */
const keepPart = (call: S3Call, number: number, received: Received): Part => {
  const { blobs } = call.buckets
  const { md5Hex, blob, sizeBytes, checksum } = received
  const part: Part = { number, blob, sizeBytes, md5Hex, modifiedMs: Date.now(), ...(checksum ? { checksum } : {}) }
  try {
    const upload = findUpload(call)
    const replaced = call.buckets.get(call.bucket).uploads.addPart(upload, part)
    if (replaced) blobs.remove(replaced.blob)
  } catch (error) {
    blobs.remove(blob)
    throw error
  }
  return part
}

/** A part brings the checksum its upload announced; where it brings none, the announced one is computed. */
const partClaims = (claims: BodyClaims, { checksumAlgorithm }: Upload): BodyClaims => {
  if (claims.checksum && checksumAlgorithm && claims.checksum.algorithm !== checksumAlgorithm)
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${checksumAlgorithm.toLowerCase()}, actual checksum Type: ${claims.checksum.algorithm.toLowerCase()}`,
    )
  return claims
}

export const uploadPart = async (call: S3Call): Promise<void> => {
  const number = readPartNumber(call)
  const upload = findUpload(call)
  const claims = partClaims(readBodyClaims(call.req, call.query), upload)
  const received = await receiveBody(
    call.body,
    claims,
    call.buckets.blobs,
    call.chunkVerifier,
    upload.checksumAlgorithm,
  )
  const part = keepPart(call, number, received)
  answer(call, 200, {
    etag: `"${part.md5Hex}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...(part.checksum ? { [checksumHeader(part.checksum.algorithm)]: part.checksum.value } : {}),
  })
}

export const uploadPartCopy = async (call: S3Call): Promise<void> => {
  const number = readPartNumber(call)
  const upload = findUpload(call)
  const { record: source } = readCopySource(call)
  checkCopySource(copySourceConditions(call.req.headers), source)
  const { first, last } = readCopyRange(header(call, 'x-amz-copy-source-range'), source.sizeBytes)
  const { blobs } = call.buckets
  // A name of our own for the source's bytes, so that they stay until they are read.
  const held = blobs.duplicate(source.blob)
  try {
    const bytes: AsyncIterable<Buffer> = createReadStream(blobs.path(held), {
      start: first,
      end: Math.max(first, last),
      highWaterMark: 1 << 20,
    })
    const claims: BodyClaims = { framing: 'plain', sizeBytes: last - first + 1 }
    const part = keepPart(call, number, await receiveBody(bytes, claims, blobs, undefined, upload.checksumAlgorithm))
    answerXml(
      call,
      'CopyPartResult',
      element('LastModified', xmlTime(part.modifiedMs)) +
        element('ETag', `"${part.md5Hex}"`) +
        (part.checksum ? element(`Checksum${part.checksum.algorithm}`, part.checksum.value) : ''),
      { 'x-amz-server-side-encryption': 'AES256' },
    )
  } finally {
    blobs.remove(held)
  }
}

export const abortMultipartUpload = (call: S3Call): void => {
  const upload = findUpload(call)
  call.buckets.get(call.bucket).uploads.end(upload)
  for (const part of upload.parts.values()) call.buckets.blobs.remove(part.blob)
  answer(call, 204)
}
