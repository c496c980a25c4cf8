import { opendir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface ListedFile {
  /** Path within the data set, with forward slashes. */
  path: string
  bytes: number
  /** The store's own mark of the content, where it has one (S3's ETag): tells later whether the file was replaced. */
  etag?: string
  /** When the store got it, where it says so. */
  writtenAt?: Date
}

/** Where a data set lies: a folder, or a prefix in S3. */
export interface FileSource {
  list(): AsyncIterable<ListedFile>
  read(path: string): Promise<Uint8Array>
}

async function* walk(folder: string, prefix: string): AsyncGenerator<ListedFile> {
  for await (const entry of await opendir(folder)) {
    const full = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(full, `${prefix}${entry.name}/`)
    else if (entry.isFile()) yield { path: prefix + entry.name, bytes: (await stat(full)).size }
  }
}

/** A folder of this machine. Symbolic links are left alone, so nothing outside the folder is read. */
export const createFolderSource = (folder: string): FileSource => ({
  list: () => walk(folder, ''),
  read: (path) => readFile(join(folder, path)),
})
