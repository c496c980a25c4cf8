import { createReadStream, openSync } from 'node:fs'
import { Readable } from 'node:stream'
import type { Buckets } from './buckets.ts'
import { commitObject } from './commit.ts'
import { afterKey, toByteKey } from './key-order.ts'
import type { ListedObject, ObjectRecord } from './object-record.ts'
import { receiveBody } from './receive-body.ts'
import { checkKey } from './request.ts'
import { S3Error } from './s3-error.ts'

interface ListedInfo {
  key: string
  sizeBytes: number
  /** Without quotes. */
  etag: string
  lastModified: Date
}

interface ObjectInfo extends ListedInfo {
  contentType: string
  /** User metadata by lower-case name, without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>
}

interface PutOptions {
  /** (Default: binary/octet-stream) */
  contentType?: string
  metadata?: Readonly<Record<string, string>>
  /** `*`: only where there is no such object. */
  ifNoneMatch?: '*'
  /** Only where the object has this ETag. */
  ifMatch?: string
}

/** In-process access for training jobs and endpoints (channel download, artifact upload). All throw S3Error, as the wire does. */
export interface ObjectStore {
  /** An existing bucket is left as it is. */
  createBucket(bucket: string): Promise<void>
  bucketExists(bucket: string): boolean
  head(bucket: string, key: string): Promise<ObjectInfo | undefined>
  /** In the order of the keys' UTF-8 bytes. Sees what is written behind its place while it runs. */
  list(bucket: string, prefix: string): AsyncIterable<ListedInfo>
  openRead(bucket: string, key: string): Promise<Readable>
  /** Puts the object's bytes at a path where nothing is yet: by hard link, read-only, or by copy. */
  linkTo(bucket: string, key: string, path: string): Promise<void>
  /** A body that fails half-way leaves what was there before. */
  put(bucket: string, key: string, body: Buffer | Readable, options?: PutOptions): Promise<ObjectInfo>
  /** What is not there is deleted already. */
  delete(bucket: string, key: string): Promise<void>
}

const pageSize = 1000
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/
const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

const toListed = ({ key, sizeBytes, etag, modifiedMs }: ListedObject): ListedInfo => ({
  key,
  sizeBytes,
  etag,
  lastModified: new Date(modifiedMs),
})

const toInfo = (record: ObjectRecord): ObjectInfo => ({
  ...toListed(record),
  contentType: record.headers['content-type'] ?? 'binary/octet-stream',
  metadata: record.metadata,
})

const checkHeaders = (contentType: string, metadata: Readonly<Record<string, string>>) => {
  const fits =
    headerValue.test(contentType) &&
    Object.entries(metadata).every(([name, value]) => headerName.test(name) && headerValue.test(value))
  if (!fits) throw new S3Error('InvalidArgument', 'Content type and metadata must fit into HTTP headers')
}

export const createObjectStore = (buckets: Buckets): ObjectStore => {
  const get = (bucket: string, key: string): ObjectRecord => {
    const record = buckets.get(bucket).index.get(key)
    if (!record) throw new S3Error('NoSuchKey', undefined, { Key: key })
    return record
  }

  /** Up to 1,000 objects from a byte key on, read in one go. */
  const page = (bucket: string, bytePrefix: string, from: string): ListedObject[] => {
    const found: ListedObject[] = []
    for (const indexed of buckets.get(bucket).index.walk(from)) {
      if (found.length === pageSize || !indexed.byteKey.startsWith(bytePrefix)) break
      found.push(indexed.listed())
    }
    return found
  }

  return {
    createBucket: async (bucket) => {
      buckets.create(bucket)
    },
    bucketExists: (bucket) => buckets.find(bucket) !== undefined,
    head: async (bucket, key) => {
      const record = buckets.get(bucket).index.get(key)
      return record && toInfo(record)
    },
    async *list(bucket, prefix) {
      const bytePrefix = toByteKey(prefix)
      for (let from = bytePrefix; ;) {
        const listed = page(bucket, bytePrefix, from)
        yield* listed.map(toListed)
        const last = listed.at(-1)
        if (!last || listed.length < pageSize) return
        from = afterKey(toByteKey(last.key))
      }
    },
    openRead: async (bucket, key) =>
      createReadStream('', { fd: openSync(buckets.blobs.path(get(bucket, key).blob), 'r') }),
    linkTo: async (bucket, key, path) => {
      const held = buckets.blobs.duplicate(get(bucket, key).blob)
      try {
        await buckets.blobs.exportTo(held, path)
      } finally {
        buckets.blobs.remove(held)
      }
    },
    put: async (bucket, key, body, options = {}) => {
      const { contentType = 'binary/octet-stream', metadata = {}, ifNoneMatch, ifMatch } = options
      checkKey(key)
      if (key === '') throw new S3Error('InvalidArgument', 'A key has at least one character')
      checkHeaders(contentType, metadata)
      const target = buckets.get(bucket)
      const source: AsyncIterable<Buffer> = Buffer.isBuffer(body) ? Readable.from([body]) : body
      const received = await receiveBody(source, { framing: 'plain', sizeBytes: undefined }, buckets.blobs)
      const record: ObjectRecord = {
        key,
        blob: received.blob,
        sizeBytes: received.sizeBytes,
        etag: received.md5Hex,
        modifiedMs: Date.now(),
        headers: { 'content-type': contentType },
        metadata,
      }
      commitObject(buckets, target, record, { ifMatch, ifNoneMatch })
      return toInfo(record)
    },
    delete: async (bucket, key) => {
      const gone = buckets.get(bucket).index.delete(key)
      if (gone) buckets.blobs.remove(gone.blob)
    },
  }
}
