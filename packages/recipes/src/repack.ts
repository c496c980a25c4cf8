import { basename } from 'node:path/posix'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, gzipSync } from 'node:zlib'
import { extract, type Header, pack } from 'tar-stream'

const readEntries = async (tarball: Uint8Array, onEntry: (header: Header, content: Buffer) => void) => {
  const reader = extract()
  reader.on('entry', (header, stream, next) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk) => chunks.push(chunk as Buffer))
    stream.on('end', () => {
      onEntry(header, Buffer.concat(chunks))
      next()
    })
  })
  await pipeline(Readable.from([tarball]), createGunzip(), reader)
}

const cleanName = (name: string) => name.replace(/^(\.?\/)+/, '')

/** A trained model.tar.gz with the files of a script tarball under code/: what MXNet and PyTorch images look for when they serve. */
export const repackWithCode = async (model: Uint8Array, script: Uint8Array): Promise<Uint8Array> => {
  const files = new Map<string, Buffer>()
  await readEntries(model, ({ name, type }, content) => {
    if (type === 'file' && !cleanName(name).startsWith('code/')) files.set(cleanName(name), content)
  })
  await readEntries(script, ({ name, type }, content) => {
    if (type === 'file' && !basename(name).startsWith('._')) files.set(`code/${cleanName(name)}`, content)
  })
  const tar = pack()
  for (const name of [...files.keys()].sort())
    tar.entry({ name, mtime: new Date(0), mode: 0o644 }, files.get(name) ?? '')
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  return gzipSync(Buffer.concat(chunks), { level: 1 })
}
