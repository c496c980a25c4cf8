import { Readable, type Transform } from 'node:stream'
import { basename } from 'node:path/posix'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { GetObjectCommand, HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { PermanentError } from '@assay/pipeline'
import { extract, type Header, pack, type Pack } from 'tar-stream'
import type { PlannedRepack } from './recipe.ts'

const cleanName = (name: string) => name.replace(/^(\.?\/)+/, '')

const open = async (s3: S3Client, uri: string): Promise<Readable> => {
  const [, from = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: from, Key: key }))
    if (Body instanceof Readable) return Body
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey')
      throw new PermanentError('artifact_missing', `${uri} does not exist`, { cause: error })
    throw error
  }
  throw new Error(`${uri} was answered without a stream`)
}

type OnEntry = (header: Header, content: Readable) => Promise<void>

/** Entries one after the other; each must be read to its end. */
const eachEntry = async (tarball: Readable, onEntry: OnEntry) => {
  const reader = extract()
  const entries = (async () => {
    for await (const entry of reader as AsyncIterable<Readable & { header: Header }>) await onEntry(entry.header, entry)
  })()
  await Promise.all([pipeline(tarball, createGunzip(), reader as unknown as Transform), entries])
}

const copyInto = (tar: Pack, name: string, size: number, content: Readable) =>
  pipeline(content, tar.entry({ name, size, mtime: new Date(0), mode: 0o644 }))

/**
 * A trained model.tar.gz with the files of a script tarball under code/: what the framework images look for when they serve.
 * Streamed from S3 to S3: a few buffers are held, whatever the model's size. Done once; the same inputs give the same bytes.
 */
export const repackWithCode = async (
  { s3, bucket }: { s3: S3Client; bucket: string },
  { modelUri, codeUri, key }: PlannedRepack,
): Promise<void> => {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
    return
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
  }
  const tar = pack()
  const gzip = createGzip({ level: 1 })
  const fill = async () => {
    await eachEntry(await open(s3, modelUri), async ({ name, type, size }, content) => {
      const clean = cleanName(name)
      if (type === 'file' && !clean.startsWith('code/')) await copyInto(tar, clean, size, content)
      else content.resume()
    })
    await eachEntry(await open(s3, codeUri), async ({ name, type, size }, content) => {
      // macOS leaves its marks in some published tarballs.
      if (type === 'file' && !basename(name).startsWith('._'))
        await copyInto(tar, `code/${cleanName(name)}`, size, content)
      else content.resume()
    })
    tar.finalize()
  }
  const upload = new Upload({
    client: s3,
    params: { Bucket: bucket, Key: key, Body: gzip, ContentType: 'application/gzip' },
  })
  const filling = fill().catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)))
    throw error
  })
  await Promise.all([filling, pipeline(tar, gzip), upload.done()])
}
