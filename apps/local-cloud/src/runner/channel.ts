import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type ObjectStore, type S3Location, parseS3Uri } from './object-store.ts'

/** Where a channel's data come from. */
export interface ChannelSource {
  s3Uri: string
  dataType: 'S3Prefix' | 'ManifestFile'
  gzip: boolean
  /** Copies instead of links, for a folder that the program writes to. (Default: false) */
  copy?: boolean
}

/** Raised for data that the caller got wrong; becomes the FailureReason. */
export class ChannelError extends Error {
  override name = 'ChannelError'
}

/** The path a key gets in the channel folder: what follows the prefix, whole folders only. */
const pathInChannel = (prefix: string, key: string): string => {
  if (key === prefix) return key.slice(key.lastIndexOf('/') + 1)
  if (prefix === '' || prefix.endsWith('/')) return key.slice(prefix.length)
  if (key[prefix.length] === '/') return key.slice(prefix.length + 1)
  return key.slice(prefix.lastIndexOf('/') + 1)
}

const assertInside = (path: string, key: string) => {
  const parts = path.split('/')
  if (path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new ChannelError(
      `ClientError: Data download failed: the key ${JSON.stringify(key)} is not a path inside the channel`,
    )
}

const place = async (store: ObjectStore, from: S3Location, path: string, { gzip, copy = false }: ChannelSource) => {
  await mkdir(dirname(path), { recursive: true })
  if (copy) return pipeline(await store.openRead(from.bucket, from.key), createWriteStream(path))
  if (!gzip) return store.linkTo(from.bucket, from.key, path)
  return pipeline(
    await store.openRead(from.bucket, from.key),
    createGunzip(),
    createWriteStream(path.replace(/\.gz$/, '')),
  )
}

const readText = async (store: ObjectStore, { bucket, key }: S3Location) => {
  const chunks: Buffer[] = []
  for await (const chunk of (await store.openRead(bucket, key)) as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** The objects that a manifest lists, each with its path. Throws ChannelError for one that is none. */
export const readManifest = async (
  store: ObjectStore,
  location: S3Location,
): Promise<{ from: S3Location; path: string }[]> => {
  const where = `s3://${location.bucket}/${location.key}`
  let listed: unknown
  try {
    listed = JSON.parse(await readText(store, location))
  } catch (cause) {
    throw new ChannelError(`ClientError: Data download failed: the manifest ${where} cannot be read`, { cause })
  }
  const [head, ...names] = Array.isArray(listed) ? (listed as unknown[]) : []
  const { prefix } = (head ?? {}) as { prefix?: unknown }
  if (typeof prefix !== 'string' || !names.every((name) => typeof name === 'string'))
    throw new ChannelError(
      `ClientError: Data download failed: the manifest ${where} must be a list of {"prefix": "s3://..."} and names`,
    )
  return names.map((path) => ({ from: parseS3Uri(prefix + path), path }))
}

/** Fills a channel's folder as File mode does. Answers the number of files. */
export const downloadChannel = async (store: ObjectStore, source: ChannelSource, folder: string): Promise<number> => {
  await mkdir(folder, { recursive: true })
  const location = parseS3Uri(source.s3Uri)
  const wanted: { from: S3Location; path: string }[] = []
  if (source.dataType === 'ManifestFile') {
    wanted.push(...(await readManifest(store, location)))
  } else {
    for await (const { key } of store.list(location.bucket, location.key))
      if (!key.endsWith('/'))
        wanted.push({ from: { bucket: location.bucket, key }, path: pathInChannel(location.key, key) })
  }
  for (const { from, path } of wanted) {
    assertInside(path, from.key)
    try {
      await place(store, from, join(folder, path), source)
    } catch (cause) {
      if (cause instanceof Error && /ENOTDIR|EISDIR|EEXIST/.test(cause.message))
        throw new ChannelError(`ClientError: Data download failed: ${from.key} is both a file and a folder`, { cause })
      throw cause
    }
  }
  return wanted.length
}

/** Puts a folder's files under a prefix. */
export const uploadFolder = async (
  store: ObjectStore,
  folder: string,
  files: string[],
  s3Uri: string,
): Promise<void> => {
  const { bucket, key } = parseS3Uri(s3Uri)
  const prefix = key === '' || key.endsWith('/') ? key : `${key}/`
  for (const file of files) await store.put(bucket, prefix + file, createReadStream(join(folder, file)))
}
