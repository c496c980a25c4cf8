import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

/** Files by name as .tar.gz; the same files give the same bytes. */
export const packFiles = async (files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> => {
  const tar = pack()
  for (const [name, content] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
    tar.entry({ name, mtime: new Date(0), mode: 0o644 }, Buffer.from(content))
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}
