import { readFile } from 'node:fs/promises'
import { InputError } from '@assay/evaluation'

/** A file that was refused; the message is one line with file and place. */
export class RefusedFile extends Error {
  override readonly name = 'RefusedFile'
}

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'met nothing at this path, needed a file'
  if (code === 'EISDIR') return 'met a folder, needed a file'
  return error instanceof Error ? error.message : String(error)
}

/** Reads and parses a file; whatever is wrong with it names it. */
export const readParsed = async <Parsed>(path: string, parse: (bytes: Buffer) => Parsed): Promise<Parsed> => {
  try {
    return parse(await readFile(path))
  } catch (error) {
    if (error instanceof InputError || (error instanceof Error && 'code' in error))
      throw new RefusedFile(`${path}: ${reasonOf(error)}`.replaceAll(/\s+/g, ' '), { cause: error })
    throw error
  }
}
