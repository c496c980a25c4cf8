import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const isRoot = (folder: string): boolean => {
  const file = join(folder, 'package.json')
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'assay'
}

/** The clone's folder: above this file as source, and above it as a bundle in dist/. */
export const repositoryRoot = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!isRoot(folder)) {
    if (dirname(folder) === folder) throw new Error('no package.json named "assay" lies above this program')
    folder = dirname(folder)
  }
  return folder
})()
