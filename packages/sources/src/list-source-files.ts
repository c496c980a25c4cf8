import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceError } from './source-error.ts'

export interface SourceFile {
  /** Within the source, with forward slashes. */
  name: string
  /** On this machine. */
  path: string
  bytes: number
}

/** What tools leave behind, and what is installed rather than sent. */
const LEFT_OUT = new Set(['__pycache__', 'node_modules'])

const isLeftOut = (name: string) => name.startsWith('.') || LEFT_OUT.has(name) || name.endsWith('.pyc')

/** Files below a folder; hidden ones, caches and installed modules are left out. Throws SourceError where it meets a link. */
export const listSourceFiles = async (folder: string, below = ''): Promise<SourceFile[]> => {
  const found: SourceFile[] = []
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    if (isLeftOut(entry.name)) continue
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    const path = join(folder, name)
    if (entry.isDirectory()) found.push(...(await listSourceFiles(folder, name)))
    else if (entry.isFile()) found.push({ name, path, bytes: (await stat(path)).size })
    else
      throw new SourceError(
        `${name} is a ${entry.isSymbolicLink() ? 'link' : 'special file'}; files and folders needed`,
      )
  }
  return found
}
