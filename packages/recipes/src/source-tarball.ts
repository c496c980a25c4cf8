import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** A folder's files as .tar.gz; the same files give the same bytes (names sorted, no times). */
export const sourceTarball = async (folder: string): Promise<Uint8Array> => {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
  const tar = pack()
  for (const name of entries)
    tar.entry({ name: name.replaceAll('\\', '/'), mtime: new Date(0), mode: 0o644 }, await readFile(join(folder, name)))
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  return gzipSync(Buffer.concat(chunks), { level: 9 })
}
