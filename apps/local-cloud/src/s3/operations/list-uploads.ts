import type { S3Call } from '../call.ts'
import { answerXml, xmlTime } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import { element } from '../xml.ts'
import { toByteKey } from '../key-order.ts'
import type { Upload } from '../uploads.ts'
import { owner } from './buckets.ts'
import { nameEncoder, readLimit } from './list-objects.ts'
import { findUpload } from './multipart.ts'

const initiator = owner.replaceAll('Owner>', 'Initiator>')

export const listParts = (call: S3Call): void => {
  const { query } = call
  const upload = findUpload(call)
  const marker = Number(query.get('part-number-marker') ?? 0)
  if (!Number.isInteger(marker) || marker < 0)
    throw new S3Error('InvalidArgument', 'Provided part-number-marker not an integer or within integer range')
  const maxParts = readLimit(query, 'max-parts')
  const later = [...upload.parts.values()]
    .filter(({ number }) => number > marker)
    .toSorted((a, b) => a.number - b.number)
  const page = later.slice(0, maxParts)
  const truncated = later.length > page.length && maxParts > 0
  const listed = page
    .map(
      (part) =>
        `<Part>${element('PartNumber', part.number)}${element('LastModified', xmlTime(part.modifiedMs))}${element('ETag', `"${part.md5Hex}"`)}` +
        `${element('Size', part.sizeBytes)}${part.checksum ? element(`Checksum${part.checksum.algorithm}`, part.checksum.value) : ''}</Part>`,
    )
    .join('')
  answerXml(
    call,
    'ListPartsResult',
    element('Bucket', call.bucket) +
      element('Key', nameEncoder(query)(call.key)) +
      element('UploadId', upload.id) +
      initiator +
      owner +
      element('StorageClass', upload.attributes.storageClass ?? 'STANDARD') +
      element('PartNumberMarker', marker) +
      element('NextPartNumberMarker', page.at(-1)?.number ?? 0) +
      element('MaxParts', maxParts) +
      element('IsTruncated', truncated) +
      element('ChecksumAlgorithm', upload.checksumAlgorithm) +
      element('ChecksumType', upload.checksumType) +
      listed,
  )
}

/** Uploads of one prefix, and the names that a delimiter rolls up. */
const gather = (uploads: readonly Upload[], prefix: string, delimiter: string) => {
  const rolled = new Set<string>()
  const plain = uploads.filter(({ key }) => {
    if (!key.startsWith(prefix)) return false
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (at !== -1) rolled.add(key.slice(0, at + delimiter.length))
    return at === -1
  })
  return { plain, rolled: [...rolled] }
}

const isAfter = (uploads: readonly Upload[], keyMarker: string, idMarker: string) => {
  const byteMarker = toByteKey(keyMarker)
  const markerAt = uploads.findIndex(({ id }) => id === idMarker)
  return (upload: Upload): boolean => {
    const byteKey = toByteKey(upload.key)
    if (byteKey !== byteMarker) return byteKey > byteMarker
    return markerAt !== -1 && uploads.indexOf(upload) > markerAt
  }
}

export const listMultipartUploads = (call: S3Call): void => {
  const { query } = call
  const all = call.buckets.get(call.bucket).uploads.list()
  const encode = nameEncoder(query)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const idMarker = query.get('upload-id-marker') ?? ''
  const maxUploads = readLimit(query, 'max-uploads')
  const { plain, rolled } = gather(
    keyMarker === '' ? all : all.filter(isAfter(all, keyMarker, idMarker)),
    prefix,
    delimiter,
  )
  const page = plain.slice(0, maxUploads)
  const truncated = plain.length > page.length && maxUploads > 0
  const listed = page
    .map(
      (upload) =>
        `<Upload>${element('Key', encode(upload.key))}${element('UploadId', upload.id)}${initiator}${owner}` +
        `${element('StorageClass', upload.attributes.storageClass ?? 'STANDARD')}${element('Initiated', xmlTime(upload.initiatedMs))}` +
        `${element('ChecksumAlgorithm', upload.checksumAlgorithm)}${element('ChecksumType', upload.checksumType)}</Upload>`,
    )
    .join('')
  answerXml(
    call,
    'ListMultipartUploadsResult',
    element('Bucket', call.bucket) +
      element('KeyMarker', encode(keyMarker)) +
      element('UploadIdMarker', idMarker) +
      element('NextKeyMarker', truncated ? encode(page.at(-1)?.key ?? '') : undefined) +
      element('NextUploadIdMarker', truncated ? page.at(-1)?.id : undefined) +
      element('Prefix', prefix === '' ? undefined : encode(prefix)) +
      element('Delimiter', delimiter === '' ? undefined : encode(delimiter)) +
      element('EncodingType', query.get('encoding-type') ?? undefined) +
      element('MaxUploads', maxUploads) +
      element('IsTruncated', truncated) +
      listed +
      rolled.map((name) => `<CommonPrefixes>${element('Prefix', encode(name))}</CommonPrefixes>`).join(''),
  )
}
