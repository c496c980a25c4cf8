import type { DatasetView } from '@assay/contracts'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AssayClient } from './client.ts'

const uploadsAtATime = 16
const filesACall = 1_000
const putTries = 3

export interface FolderProgress {
  filesDone: number
  files: number
  bytesDone: number
  bytes: number
}

export interface AddFolderOptions {
  name: string
  onUpload?: (progress: FolderProgress) => void
  signal?: AbortSignal
}

/** Uploads every file below a folder through presigned URLs and begins the check. The API sees names and sizes only. Hidden files are left out. */
export const addFolder = async (
  client: AssayClient,
  folder: string,
  { name, onUpload, signal }: AddFolderOptions,
): Promise<DatasetView> => {
  const files = await listFiles(folder)
  if (files.length === 0) throw new Error(`${folder} holds no files; images with annotations are needed`)
  const dataset = await client.registerDataset({ name, upload: true })
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const progress: FolderProgress = { filesDone: 0, files: files.length, bytesDone: 0, bytes }
  for (let from = 0; from < files.length; from += filesACall) {
    const batch = files.slice(from, from + filesACall)
    const uploads = await client.requestUploads(dataset.id, batch)
    const bytesOf = new Map(batch.map((file) => [file.path, file.bytes]))
    await forEachAtATime(uploadsAtATime, uploads, async ({ path, url }) => {
      signal?.throwIfAborted()
      await put(url, new Uint8Array(await readFile(join(folder, path))))
      progress.filesDone++
      progress.bytesDone += bytesOf.get(path) ?? 0
      onUpload?.({ ...progress })
    })
  }
  await client.completeDataset(dataset.id)
  return client.dataset(dataset.id)
}

/** Waits until the check of a data set has ended; answers it ready or rejected. */
export const checkedDataset = async (
  client: AssayClient,
  id: string,
  { pollEveryMs = 200, signal }: { pollEveryMs?: number; signal?: AbortSignal } = {},
): Promise<DatasetView> => {
  for (;;) {
    const dataset = await client.dataset(id)
    if (dataset.state === 'ready' || dataset.state === 'rejected') return dataset
    await sleep(pollEveryMs, undefined, signal ? { signal } : {})
  }
}

/** Paths with forward slashes, in bytewise order. */
const listFiles = async (folder: string): Promise<{ path: string; bytes: number }[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort()
  return Promise.all(paths.map(async (path) => ({ path, bytes: (await stat(join(folder, path))).size })))
}

const put = async (url: string, content: Uint8Array<ArrayBuffer>): Promise<void> => {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(url, { method: 'PUT', body: content }).catch((error: Error) => error)
    if (!(answer instanceof Error) && answer.ok) return
    const met = answer instanceof Error ? answer.message : `${answer.status} ${await answer.text()}`
    if (tries === putTries) throw new Error(`the upload of ${new URL(url).pathname} failed: ${met}`)
  }
}

const forEachAtATime = async <Item>(
  atATime: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const queue = [...items]
  const loop = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atATime }, loop))
}
