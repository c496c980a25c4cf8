import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { DatasetImage, DatasetManifest } from '@assay/contracts'
import { type ChannelPlan, inParallel } from '@assay/datasets'
import { copyImages, type ImageCopy } from './copy-images.ts'
import { listObjects } from './s3-source.ts'

export interface WriteTarget {
  s3: S3Client
  bucket: string
  /** Ends with a slash. */
  prefix: string
  /** Copies and small writes under way at a time. */
  parallel: number
  signal: AbortSignal
  onImage: (done: number) => void
  /** What was written before counts as not there: it may expire while it is needed. */
  notBefore: Date
}

/** Resolves to the number of objects written; what is there is not written again. */
export type Writer = (target: WriteTarget, manifest: DatasetManifest, plans: readonly ChannelPlan[]) => Promise<number>

export interface TextFile {
  path: string
  text: string
}

/** Sizes of what is there to stay, by path below the layout's prefix. S3 shows an object only when it is whole. */
export const listThere = async ({ s3, bucket, prefix, notBefore }: WriteTarget): Promise<Map<string, number>> => {
  const there = new Map<string, number>()
  for await (const { path, bytes, writtenAt } of listObjects(s3, bucket, prefix))
    if (writtenAt === undefined || writtenAt >= notBefore) there.set(path, bytes)
  return there
}

const contentTypeOf = (path: string) => {
  if (path.endsWith('.xml')) return 'application/xml'
  return path.endsWith('.jsonl') ? 'application/jsonlines' : 'application/json'
}

/** Files of a channel, by path below the layout's prefix. Images are copied inside S3, texts are written. */
export const writeFiles = async (
  target: WriteTarget,
  manifest: DatasetManifest,
  images: Map<string, DatasetImage>,
  texts: () => Iterable<TextFile>,
): Promise<number> => {
  const { s3, bucket, prefix, parallel, signal, onImage } = target
  const there = await listThere(target)
  const copies: ImageCopy[] = []
  for (const [path, image] of images) if (there.get(path) !== image.bytes) copies.push({ image, key: prefix + path })
  let done = images.size - copies.length
  onImage(done)
  await copyImages({ s3, bucket, parallel, signal }, manifest.bucket, copies, () => onImage(++done))
  let written = copies.length
  await inParallel(texts(), parallel, async ({ path, text }) => {
    signal.throwIfAborted()
    if (there.get(path) === Buffer.byteLength(text)) return
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: prefix + path, Body: text, ContentType: contentTypeOf(path) }),
    )
    written++
  })
  return written
}
