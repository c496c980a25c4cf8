import { readFile } from 'node:fs/promises'

/** One SHA-256 in hex a line; blank lines and what follows a # do not count. Throws on any other line, and where there is no key: an empty file must not open the API to everybody. */
export const readKeyHashes = async (path: string): Promise<string[]> => {
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.replace(/#.*$/, '').trim())
  const malformed = lines.findIndex((line) => line !== '' && !/^[0-9a-f]{64}$/i.test(line))
  if (malformed >= 0) throw new Error(`${path}: line ${malformed + 1} is not a SHA-256 of 64 hex digits`)
  const hashes = lines.filter(Boolean)
  if (hashes.length === 0) throw new Error(`${path} holds no key; one SHA-256 in hex a line is needed`)
  return hashes
}
