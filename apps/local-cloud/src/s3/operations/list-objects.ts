import type { S3Call } from '../call.ts'
import { type ListPage, listPage } from '../list-page.ts'
import type { ObjectRecord } from '../object-record.ts'
import { answerXml, xmlTime } from '../respond.ts'
import { S3Error } from '../s3-error.ts'
import { element } from '../xml.ts'
import { owner } from './buckets.ts'

const maxPage = 1000

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
    encodeURIComponent(name)
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

const contents = (record: ObjectRecord, encode: (name: string) => string, withOwner: boolean): string => {
  const checksum = record.checksum
    ? `${element('ChecksumAlgorithm', record.checksum.algorithm)}${element('ChecksumType', record.checksum.type)}`
    : ''
  return (
    `<Contents>${element('Key', encode(record.key))}${element('LastModified', xmlTime(record.modifiedMs))}` +
    `${element('ETag', `"${record.etag}"`)}${checksum}${element('Size', record.sizeBytes)}${withOwner ? owner : ''}` +
    `${element('StorageClass', record.storageClass ?? 'STANDARD')}</Contents>`
  )
}

const names = (page: ListPage, encode: (name: string) => string, withOwner: boolean): string =>
  page.objects.map((record) => contents(record, encode, withOwner)).join('') +
  page.commonPrefixes.map((prefix) => `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`).join('')

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
