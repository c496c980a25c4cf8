import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { ClientError } from './client-error.ts'

/** Unpacks a .tar.gz into a folder; answers the files' names. Entries that would lie outside are refused. */
export const unpackTarball = async (path: string, folder: string): Promise<string[]> => {
  const files: string[] = []
  const reader = extract()
  const unpacked = pipeline(createReadStream(path), createGunzip(), reader)
  try {
    for await (const entry of reader) {
      const name = normalize(entry.header.name)
      if (name.startsWith('..') || name.startsWith('/'))
        throw new ClientError(`${entry.header.name} lies outside the archive`)
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk as Buffer)
      if (entry.header.type !== 'file') continue
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), Buffer.concat(chunks))
      files.push(name)
    }
    await unpacked
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClientError(`${path} is no readable .tar.gz: ${reason}`, { cause })
  }
  return files
}
