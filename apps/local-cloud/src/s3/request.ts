import type { IncomingMessage } from 'node:http'
import { nameOperation } from './operation-name.ts'
import { S3Error } from './s3-error.ts'

/** What a request is about, before anything is done or checked. */
export interface S3Target {
  /** '' for the service itself. */
  bucket: string
  /** '' for the bucket itself. */
  key: string
  query: URLSearchParams
}

/** All that is needed to know what a request asks for. */
export type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

const maxKeyBytes = 1024
const virtualHost = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost(?::\d+)?$/

/** The bucket in front of a host such as `bucket.localhost:4599` or `bucket.s3.localhost`; undefined for path style. */
const bucketOfHost = (host: string | undefined): string | undefined => {
  if (!host?.includes('.localhost')) return undefined
  const name = virtualHost.exec(host)?.[1]
  return name === undefined || name === 's3' || name.startsWith('s3.') ? undefined : name
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI')
  }
}

/** Reads bucket, key and query. The path is taken as it came: `..` and `//` are part of a key. Throws InvalidURI, KeyTooLongError. */
export const parseTarget = (req: RequestHead): S3Target => {
  let url = req.url ?? '/'
  // The absolute form, as sent to a proxy.
  if (!url.startsWith('/')) url = url.replace(/^https?:\/\/[^/?]*/i, '') || '/'
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1))
  const fromHost = bucketOfHost(req.headers.host)
  const slash = path.indexOf('/', 1)
  const bucket = fromHost ?? decode(slash === -1 ? path.slice(1) : path.slice(1, slash))
  const rawKey = fromHost === undefined ? (slash === -1 ? '' : path.slice(slash + 1)) : path.slice(1)
  const key = decode(rawKey)
  checkKey(key)
  return { bucket, key, query }
}

/** Throws KeyTooLongError, or InvalidURI for a NUL. */
export const checkKey = (key: string): void => {
  if (key.includes('\0')) throw new S3Error('InvalidURI')
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes > maxKeyBytes)
    throw new S3Error('KeyTooLongError', undefined, { Size: String(keyBytes), MaxSizeAllowed: String(maxKeyBytes) })
}

/** The S3 operation a request asks for, such as PutObject, by method, path and query alone; also of those that are not done here. Never throws. */
export const s3Operation = (req: RequestHead): string => {
  try {
    return nameOperation(req.method ?? '', parseTarget(req), 'x-amz-copy-source' in req.headers)
  } catch {
    return 'Unknown'
  }
}
