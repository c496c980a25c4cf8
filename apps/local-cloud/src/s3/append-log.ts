import { ftruncateSync, readSync } from 'node:fs'

const chunkBytes = 1 << 20
const newline = 10

/**
 * Reads a log of JSON lines from its start and cuts off a last line that has no end.
 * A line inside that is no JSON (a power failure may leave such) is passed over.
 * @param onLine - the value, where its line begins and its length, line end included, in bytes
 * @returns the log's length in bytes
 */
export const readLines = (fd: number, onLine: (value: unknown, offset: number, bytes: number) => void): number => {
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let rest: Buffer = Buffer.alloc(0)
  let restOffset = 0
  for (let position = 0; ;) {
    const got = readSync(fd, chunk, 0, chunkBytes, position)
    if (got === 0) break
    position += got
    const text: Buffer = rest.length ? Buffer.concat([rest, chunk.subarray(0, got)]) : chunk.subarray(0, got)
    let start = 0
    for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, start)) {
      const value = parse(text.toString('utf8', start, end))
      if (value !== undefined) onLine(value, restOffset + start, end + 1 - start)
      start = end + 1
    }
    rest = Buffer.from(text.subarray(start))
    restOffset += start
  }
  if (rest.length) ftruncateSync(fd, restOffset)
  return restOffset
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}
