import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { SourceError } from './source-error.ts'
import { MAX_UNPACKED_BYTES } from './source-limits.ts'

/** Counts what comes out, archive and padding alike: little can be packed that unpacks to very much. */
async function* bounded(chunks: AsyncIterable<Uint8Array>) {
  let total = 0
  for await (const chunk of chunks) {
    total += chunk.byteLength
    if (total > MAX_UNPACKED_BYTES) throw new SourceError(`it unpacks to more than ${MAX_UNPACKED_BYTES} bytes`)
    yield chunk
  }
}

/** Names of the files in a .tar.gz, as `tar -C folder .` and others write them, without a leading `./`. Throws SourceError where it cannot be read whole. */
export const listPacked = async (bytes: Uint8Array): Promise<string[]> => {
  const names: string[] = []
  const reader = extract()
  const unpacked = pipeline([bytes], createGunzip(), bounded, reader)
  const entries = (async () => {
    for await (const entry of reader) {
      const { name, type } = entry.header
      if (type === 'file') names.push(name.replace(/^(\.?\/)+/, ''))
      entry.resume()
    }
  })()
  // The pipeline's own error says more than what it leaves the reader with, so it goes first.
  const failed = (await Promise.allSettled([unpacked, entries])).find((one) => one.status === 'rejected')
  if (failed === undefined) return names
  const error: unknown = failed.reason
  if (error instanceof SourceError) throw error
  throw new SourceError(`it is no readable .tar.gz: ${error instanceof Error ? error.message : String(error)}`)
}

/** What is wrong where the script that is to be started is not at the top of a source; undefined where it is. */
export const entryPointFault = (entryPoint: string, names: readonly string[]): string | undefined => {
  if (names.includes(entryPoint)) return undefined
  const top = names.filter((name) => !name.includes('/')).sort()
  const shown = [...top.slice(0, 8), ...(top.length > 8 ? [`${top.length - 8} more`] : [])]
  return `${entryPoint} met, a file at the top of the source needed; there is ${shown.join(', ') || 'none'}`
}
