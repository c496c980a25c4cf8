import type { IncomingHttpHeaders } from 'node:http'
import { type ObjectAttributes, type StorageClass, storageClasses, type Tag } from './object-record.ts'
import { S3Error } from './s3-error.ts'
import { checkTags } from './tags.ts'

const storedHeaders = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const
const maxMetadataBytes = 2048

/** Headers whose promise would be broken silently: refused by name. */
const notDone = (name: string): boolean =>
  name.startsWith('x-amz-server-side-encryption-') ||
  name.startsWith('x-amz-object-lock-') ||
  name.startsWith('x-amz-grant-') ||
  name === 'x-amz-website-redirect-location' ||
  name === 'x-amz-write-offset-bytes' ||
  name === 'x-amz-mfa'

/** Throws NotImplemented, AccessControlListNotSupported. */
export const refuseUnsupported = (headers: IncomingHttpHeaders): void => {
  for (const name in headers)
    if (name.startsWith('x-amz-') && notDone(name)) throw new S3Error('NotImplemented', undefined, { Header: name })
  const encryption = headers['x-amz-server-side-encryption']
  if (encryption !== undefined && encryption !== 'AES256')
    throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-server-side-encryption' })
  const acl = headers['x-amz-acl']
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control')
    throw new S3Error('AccessControlListNotSupported')
}

const readMetadata = (headers: IncomingHttpHeaders): Record<string, string> => {
  const pairs: [string, string][] = []
  let metadataBytes = 0
  for (const name in headers) {
    if (!name.startsWith('x-amz-meta-')) continue
    const value = String(headers[name])
    pairs.push([name.slice('x-amz-meta-'.length), value])
    metadataBytes += name.length - 'x-amz-meta-'.length + value.length
  }
  if (metadataBytes > maxMetadataBytes)
    throw new S3Error('MetadataTooLarge', undefined, {
      Size: String(metadataBytes),
      MaxSizeAllowed: String(maxMetadataBytes),
    })
  return Object.fromEntries(pairs)
}

/** Tags as a header brings them: `a=1&b=2`. */
const readTagHeader = (header: string | string[] | undefined): readonly Tag[] | undefined => {
  if (typeof header !== 'string') return undefined
  const tags = [...new URLSearchParams(header)].map(([key, value]) => ({ key, value }))
  checkTags(tags)
  return tags.length ? tags : undefined
}

const readStored = (headers: IncomingHttpHeaders): Record<string, string> => {
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' }
  for (const name of storedHeaders) {
    const value = headers[name]
    if (value === undefined) continue
    // The framing of the request is no property of the object.
    const kept = name === 'content-encoding' ? withoutFraming(value) : value
    if (kept !== '') stored[name] = kept
  }
  return stored
}

const withoutFraming = (encoding: string): string =>
  encoding
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '')
    .join(',')

const readStorageClass = (header: string | string[] | undefined): StorageClass => {
  const known = storageClasses.find((name) => name === (header ?? 'STANDARD'))
  if (!known) throw new S3Error('InvalidStorageClass')
  return known
}

/** Reads what a request says of the object to be written. Throws NotImplemented, MetadataTooLarge, InvalidTag, InvalidStorageClass. */
export const readAttributes = (headers: IncomingHttpHeaders): ObjectAttributes => {
  refuseUnsupported(headers)
  const storageClass = readStorageClass(headers['x-amz-storage-class'])
  const tags = readTagHeader(headers['x-amz-tagging'])
  return {
    headers: readStored(headers),
    metadata: readMetadata(headers),
    ...(storageClass === 'STANDARD' ? {} : { storageClass }),
    ...(tags ? { tags } : {}),
  }
}
