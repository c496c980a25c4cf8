import type { Readable } from 'node:stream'

/** The part of object storage that jobs and endpoints need, without a way round through HTTP. */
export interface ObjectStore {
  createBucket(bucket: string): Promise<unknown>
  /** Undefined where there is no such object. */
  head(bucket: string, key: string): Promise<{ sizeBytes: number; etag: string } | undefined>
  /** Objects in order of key. */
  list(
    bucket: string,
    prefix: string,
  ): AsyncIterable<{ key: string; sizeBytes: number; etag: string; lastModified: Date }>
  openRead(bucket: string, key: string): Promise<Readable>
  /** Makes a hard link to the object's bytes, or a copy where the file system cannot. */
  linkTo(bucket: string, key: string, path: string): Promise<void>
  put(bucket: string, key: string, body: Buffer | Readable): Promise<unknown>
  delete(bucket: string, key: string): Promise<unknown>
}

export interface S3Location {
  bucket: string
  key: string
}

/** Splits `s3://bucket/key`; the key may be empty. */
export const parseS3Uri = (uri: string): S3Location => {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri)
  if (!match?.[1]) throw new Error(`not an S3 URI: ${uri}`)
  return { bucket: match[1], key: match[2] ?? '' }
}

/** `s3://bucket/prefix` and further parts, with single slashes between. */
export const joinS3 = (uri: string, ...parts: string[]): string => [uri.replace(/\/+$/, ''), ...parts].join('/')

/** The first object under a prefix, if there is any. A missing bucket has none. */
export const firstUnder = async (store: ObjectStore, { bucket, key }: S3Location): Promise<string | undefined> => {
  try {
    for await (const object of store.list(bucket, key)) return object.key
  } catch (error) {
    if ((error as { code?: string }).code !== 'NoSuchBucket') throw error
  }
  return undefined
}
