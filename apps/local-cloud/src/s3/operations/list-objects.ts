import type { S3Call } from '../call.ts'
import { type ListPage, listPage } from '../list-page.ts'
import type { ListedObject } from '../object-record.ts'
import { answerXml, xmlTime } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import { element } from '../xml.ts'
import { owner } from './buckets.ts'

const maxPage = 1000

/** Names that are the same in the form of URLs. */
const isPlain = /^[\w./-]*$/

/** How names are written: plain, or in the form of URLs, for keys that XML cannot carry. Throws InvalidArgument. */
export const nameEncoder = (query: URLSearchParams): ((name: string) => string) => {
  const encoding = query.get('encoding-type')
  if (encoding === null) return (name) => name
  if (encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    })
  return (name) =>
    isPlain.test(name)
      ? name
      : encodeURIComponent(name)
          .replace(/%2F/g, '/')
          .replace(/%20/g, '+')
          .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A count such as max-keys, capped at 1,000. Throws InvalidArgument. */
export const readLimit = (query: URLSearchParams, name: string): number => {
  const text = query.get(name)
  if (text === null || text === '') return maxPage
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit > 0x7fffffff)
    throw new S3Error(
      'InvalidArgument',
      /^-\d+$/.test(text)
        ? `Argument ${name} must be an integer between 0 and 2147483647`
        : `Provided ${name} not an integer or within integer range`,
      {
        ArgumentName: name,
        ArgumentValue: text,
      },
    )
  return Math.min(limit, maxPage)
}

/** Remembers what it last worked out: neighbours in a listing were often written in the same second, in the same way. */
const rememberLast = <Key, Value>(work: (key: Key) => Value): ((key: Key) => Value) => {
  let last: { key: Key; value: Value } | undefined
  return (key) => {
    if (!last || last.key !== key) last = { key, value: work(key) }
    return last.value
  }
}

const checksumElements = (checksum: ListedObject['checksum']): string =>
  checksum ? element('ChecksumAlgorithm', checksum.algorithm) + element('ChecksumType', checksum.type) : ''

/** Few pieces, for a page has a thousand of these. An ETag is of letters that need no escape. */
const names = (page: ListPage, encode: (name: string) => string, withOwner: boolean): string => {
  const timeOf = rememberLast((second: number) => xmlTime(second * 1000))
  const tailOf = rememberLast(
    (storageClass: ListedObject['storageClass']) =>
      `${withOwner ? owner : ''}${element('StorageClass', storageClass ?? 'STANDARD')}</Contents>`,
  )
  let xml = ''
  for (const { key, sizeBytes, etag, modifiedMs, checksum, storageClass } of page.objects)
    xml += `<Contents>${element('Key', encode(key))}<LastModified>${timeOf(Math.floor(modifiedMs / 1000))}</LastModified><ETag>&quot;${etag}&quot;</ETag>${checksumElements(checksum)}<Size>${sizeBytes}</Size>${tailOf(storageClass)}`
  for (const prefix of page.commonPrefixes)
    xml += `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`
  return xml
}

export const listObjects = (call: S3Call): void => {
  const { query } = call
  const { index } = call.buckets.get(call.bucket)
  const encode = nameEncoder(query)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const marker = query.get('marker') ?? ''
  const maxKeys = readLimit(query, 'max-keys')
  const page = listPage(index, { prefix, delimiter, after: marker, maxKeys })
  answerXml(
    call,
    'ListBucketResult',
    element('Name', call.bucket) +
      element('Prefix', encode(prefix)) +
      element('Marker', encode(marker)) +
      // As in S3: only a delimited listing names the next marker, else it is the last key.
      element('NextMarker', page.next !== undefined && delimiter !== '' ? encode(page.next) : undefined) +
      element('MaxKeys', maxKeys) +
      element('Delimiter', delimiter === '' ? undefined : encode(delimiter)) +
      element('EncodingType', query.get('encoding-type') ?? undefined) +
      element('IsTruncated', page.next !== undefined) +
      names(page, encode, true),
  )
}

const toToken = (name: string): string => Buffer.from(`1${name}`, 'utf8').toString('base64url')

const fromToken = (token: string): string => {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (!text.startsWith('1'))
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
      ArgumentValue: token,
    })
  return text.slice(1)
}

export const listObjectsV2 = (call: S3Call): void => {
  const { query } = call
  const { index } = call.buckets.get(call.bucket)
  const encode = nameEncoder(query)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const startAfter = query.get('start-after') ?? ''
  const token = query.get('continuation-token')
  const maxKeys = readLimit(query, 'max-keys')
  const page = listPage(index, { prefix, delimiter, after: token === null ? startAfter : fromToken(token), maxKeys })
  answerXml(
    call,
    'ListBucketResult',
    element('Name', call.bucket) +
      element('Prefix', encode(prefix)) +
      element('ContinuationToken', token ?? undefined) +
      element('NextContinuationToken', page.next === undefined ? undefined : toToken(page.next)) +
      element('StartAfter', startAfter === '' ? undefined : encode(startAfter)) +
      element('KeyCount', page.objects.length + page.commonPrefixes.length) +
      element('MaxKeys', maxKeys) +
      element('Delimiter', delimiter === '' ? undefined : encode(delimiter)) +
      element('EncodingType', query.get('encoding-type') ?? undefined) +
      element('IsTruncated', page.next !== undefined) +
      names(page, encode, query.get('fetch-owner') === 'true'),
  )
}
