import type { S3Call } from '../call.ts'
import { type ChecksumAlgorithm, checksumAlgorithms } from '../checksum.ts'
import { commitObject } from '../commit.ts'
import { checkCopySource, copySourceConditions, readConditions } from '../conditions.ts'
import { readCopySource } from '../copy-source.ts'
import { digestBlob } from '../digest-blob.ts'
import { readAttributes } from '../object-attributes.ts'
import type { ObjectAttributes, ObjectRecord } from '../object-record.ts'
import { answerXml, xmlTime } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import { element } from '../xml.ts'

type Directive = 'COPY' | 'REPLACE'

const readDirective = (call: S3Call, name: string): Directive => {
  const value = call.req.headers[name] ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new S3Error(
    'InvalidArgument',
    `Unknown ${name === 'x-amz-tagging-directive' ? 'tagging' : 'metadata'} directive.`,
    {
      ArgumentName: name,
      ArgumentValue: String(value),
    },
  )
}

const readAlgorithm = (call: S3Call): ChecksumAlgorithm | undefined => {
  const wanted = call.req.headers['x-amz-checksum-algorithm']
  const known = checksumAlgorithms.find((algorithm) => algorithm === wanted)
  if (wanted !== undefined && !known)
    throw new S3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  return known
}

/** What the copy says of itself: its source's words, or the request's. */
const chooseAttributes = (call: S3Call, source: ObjectRecord): ObjectAttributes => {
  const stated = readAttributes(call.req.headers)
  const described = readDirective(call, 'x-amz-metadata-directive') === 'REPLACE' ? stated : source
  const tagged = readDirective(call, 'x-amz-tagging-directive') === 'REPLACE' ? stated : source
  return {
    headers: described.headers,
    metadata: described.metadata,
    ...(stated.storageClass === undefined ? {} : { storageClass: stated.storageClass }),
    ...(tagged.tags ? { tags: tagged.tags } : {}),
  }
}

/** A copy is one piece: where the source was made from parts, or another checksum is wanted, its bytes are read for new digests. */
const digestCopy = async (
  call: S3Call,
  source: ObjectRecord,
  blob: string,
): Promise<Pick<ObjectRecord, 'etag' | 'checksum'>> => {
  const algorithm = readAlgorithm(call) ?? source.checksum?.algorithm
  const sameChecksum =
    source.checksum === undefined
      ? algorithm === undefined
      : source.checksum.algorithm === algorithm && source.checksum.type === 'FULL_OBJECT'
  if (!source.etag.includes('-') && sameChecksum) return { etag: source.etag, checksum: source.checksum }
  const { md5Hex, checksum } = await digestBlob(call.buckets.blobs, blob, algorithm)
  return { etag: md5Hex, ...(checksum ? { checksum: { ...checksum, type: 'FULL_OBJECT' } } : {}) }
}

const maxCopyBytes = 5 * 2 ** 30

export const copyObject = async (call: S3Call): Promise<void> => {
  const { req, buckets, key } = call
  const bucket = buckets.get(call.bucket)
  const from = readCopySource(call)
  const { record: source } = from
  checkCopySource(copySourceConditions(req.headers), source)
  const attributes = chooseAttributes(call, source)
  if (source.sizeBytes > maxCopyBytes)
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxCopyBytes}`,
    )
  const onItself = from.bucket === call.bucket && source.key === key
  if (
    onItself &&
    readDirective(call, 'x-amz-metadata-directive') === 'COPY' &&
    attributes.storageClass === source.storageClass
  )
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  const blob = buckets.blobs.duplicate(source.blob)
  const digests = await digestCopy(call, source, blob).catch((error: unknown) => {
    buckets.blobs.remove(blob)
    throw error
  })
  const record: ObjectRecord = {
    key,
    blob,
    sizeBytes: source.sizeBytes,
    modifiedMs: Date.now(),
    ...attributes,
    ...digests,
  }
  commitObject(buckets, bucket, record, readConditions(req.headers))
  answerXml(
    call,
    'CopyObjectResult',
    element('LastModified', xmlTime(record.modifiedMs)) +
      element('ETag', `"${record.etag}"`) +
      (record.checksum
        ? element('ChecksumType', record.checksum.type) +
          element(`Checksum${record.checksum.algorithm}`, record.checksum.value)
        : ''),
    { 'x-amz-server-side-encryption': 'AES256' },
  )
}
