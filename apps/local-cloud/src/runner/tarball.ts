import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, pack } from 'tar-stream'

/** Files below a folder, as paths relative to it, in bytewise order. Links are left out: they could point anywhere. */
export const filesUnder = async (folder: string, below = ''): Promise<string[]> => {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) found.push(...(await filesUnder(folder, path)))
    else if (entry.isFile()) found.push(path)
  }
  return found
}

/** A folder's files as a .tar.gz stream. */
export const packFolder = (folder: string): Readable => {
  const tar = pack()
  const gzip = createGzip({ level: 1 })
  const fill = async () => {
    for (const name of await filesUnder(folder)) {
      const path = join(folder, name)
      const { size, mtime, mode } = await stat(path)
      await pipeline(createReadStream(path, { end: Math.max(0, size - 1) }), tar.entry({ name, size, mtime, mode }))
    }
    tar.finalize()
  }
  fill().catch((error: Error) => gzip.destroy(error))
  return tar.pipe(gzip)
}

const insideOf = (folder: string, name: string): string => {
  const clean = normalize(name)
  if (name.includes('\0') || clean.startsWith('/') || clean.startsWith('..'))
    throw new Error(`the archive has a file outside of its folder: ${JSON.stringify(name)}`)
  return join(folder, clean)
}

/** Unpacks a .tar or .tar.gz into a folder: regular files and folders only. Throws on names that lead out of it. */
export const unpackInto = async (archive: Readable, folder: string, { gzip = true } = {}): Promise<void> => {
  const tar = extract()
  await mkdir(folder, { recursive: true })
  const failed = pipeline(
    archive,
    gzip ? createGunzip() : new Transform({ transform: (chunk, _, done) => done(null, chunk) }),
    tar,
  )
  failed.catch(() => {})
  for await (const entry of tar) {
    const { name, type } = entry.header
    if (type === 'directory') await mkdir(insideOf(folder, name), { recursive: true })
    if (type === 'file') {
      const path = insideOf(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await pipeline(entry, createWriteStream(path, { mode: (entry.header.mode ?? 0o644) | 0o600 }))
    } else entry.resume()
  }
  await failed
}
