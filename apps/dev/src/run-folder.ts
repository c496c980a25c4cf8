import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './repository-root.ts'

/** Makes `.assay/<kind>-<time>-<random>/`, a folder of its own for one run. Answers its absolute path. */
export const makeRunFolder = (kind: string): string => {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const folder = join(repositoryRoot, '.assay', `${kind}-${time}-${randomBytes(2).toString('hex')}`)
  mkdirSync(join(folder, 'logs'), { recursive: true })
  return folder
}
