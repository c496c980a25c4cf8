import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { SourceFile } from './list-source-files.ts'
import { SourceError } from './source-error.ts'
import { MAX_UNPACKED_BYTES } from './source-limits.ts'

export interface PackedSource {
  bytes: Uint8Array
  sha256: string
}

/** Where gzip names the operating system: unknown, so that all of them give the same bytes. */
const OS_BYTE = 9
const UNKNOWN_OS = 255

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** The files that a source is too large because of, for people. */
export const largestOf = (files: readonly SourceFile[]): string =>
  [...files]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ name, bytes }) => `${name} (${megabytes(bytes)})`)
    .join(', ')

/** Files as .tar.gz; the same files give the same bytes (names in bytewise order, no times, owners or modes). Throws SourceError above 100 MB. */
export const packSource = async (files: readonly SourceFile[]): Promise<PackedSource> => {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > MAX_UNPACKED_BYTES)
    throw new SourceError(
      `${files.length} files with ${megabytes(total)} met, at most ${megabytes(MAX_UNPACKED_BYTES)} needed: code belongs here, data into a data set; the largest are ${largestOf(files)}`,
    )
  const tar = pack()
  for (const { name, path } of [...files].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))))
    tar.entry({ name, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }, await readFile(path))
  tar.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of tar) chunks.push(chunk as Uint8Array)
  // Stored, not compressed: what a compressor makes of the same bytes depends on the version and the machine's instructions.
  const bytes = gzipSync(Buffer.concat(chunks), { level: 0 })
  bytes[OS_BYTE] = UNKNOWN_OS
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}
