import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Blobs, createBlobs } from './blobs.ts'
import { type BucketIndex, createBucketLog, openBucketIndex } from './bucket-index.ts'
import { S3Error } from './s3-error.ts'
import { openUploads, type Uploads } from './uploads.ts'

export interface Bucket {
  readonly name: string
  readonly index: BucketIndex
  readonly uploads: Uploads
}

/**
 * All buckets, each a folder with its log and its uploads; the blobs of all lie together.
 * A bucket's name is the one name from outside that becomes a file name: S3's own rules (lower case, digits, dots, hyphens) make it safe.
 */
export interface Buckets {
  readonly blobs: Blobs
  find(name: string): Bucket | undefined
  /** Throws NoSuchBucket. */
  get(name: string): Bucket
  list(): readonly Bucket[]
  /** Throws InvalidBucketName; an existing bucket is left as it is. */
  create(name: string): Bucket
  /** Throws NoSuchBucket, BucketNotEmpty. */
  remove(name: string): void
  close(): Promise<void>
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/
const addressPattern = /^\d+\.\d+\.\d+\.\d+$/
const reserved = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/

/** S3's rules for names of general purpose buckets. */
const isBucketName = (name: string): boolean =>
  namePattern.test(name) && !addressPattern.test(name) && !reserved.test(name)

export const openBuckets = (dataDir: string, durable: boolean): Buckets => {
  const folder = join(dataDir, 'buckets')
  mkdirSync(folder, { recursive: true })
  const blobs = createBlobs(join(dataDir, 'blobs'), durable)
  const buckets = new Map<string, Bucket>()
  const used = new Set<string>()

  const logPath = (name: string) => join(folder, name, 'index.log')
  const open = (name: string, onBlob: (id: string) => void): Bucket => {
    const bucket: Bucket = {
      name,
      index: openBucketIndex(logPath(name), durable, onBlob),
      uploads: openUploads(join(folder, name, 'uploads'), onBlob),
    }
    // A crash between a completion and the end of its upload: the object may own the upload's blob.
    for (const upload of bucket.uploads.list())
      if (bucket.index.get(upload.key)?.uploadId === upload.id) bucket.uploads.end(upload)
    buckets.set(name, bucket)
    return bucket
  }

  for (const name of readdirSync(folder)) {
    if (!isBucketName(name)) continue
    if (existsSync(logPath(name))) open(name, (id) => void used.add(id))
    // Half made or half deleted when a crash came.
    else rmSync(join(folder, name), { recursive: true })
  }
  blobs.removeUnused(used)
  used.clear()

  const find = (name: string) => buckets.get(name)
  const get = (name: string): Bucket => {
    const bucket = buckets.get(name)
    if (!bucket)
      throw new S3Error(isBucketName(name) ? 'NoSuchBucket' : 'InvalidBucketName', undefined, { BucketName: name })
    return bucket
  }

  return {
    blobs,
    find,
    get,
    list: () => [...buckets.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    create: (name) => {
      if (!isBucketName(name)) throw new S3Error('InvalidBucketName', undefined, { BucketName: name })
      const present = buckets.get(name)
      if (present) return present
      mkdirSync(join(folder, name), { recursive: true })
      createBucketLog(logPath(name), Date.now(), durable)
      return open(name, () => undefined)
    },
    remove: (name) => {
      const bucket = get(name)
      if (bucket.index.size > 0) throw new S3Error('BucketNotEmpty', undefined, { BucketName: name })
      for (const upload of bucket.uploads.list()) for (const part of upload.parts.values()) blobs.remove(part.blob)
      bucket.index.close()
      buckets.delete(name)
      // The log first: without it the folder is no bucket.
      rmSync(logPath(name))
      rmSync(join(folder, name), { recursive: true })
    },
    close: async () => {
      for (const bucket of buckets.values()) bucket.index.close()
      buckets.clear()
      await blobs.settled()
    },
  }
}
