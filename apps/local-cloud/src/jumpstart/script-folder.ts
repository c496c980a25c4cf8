import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files of a script folder by name. Found above the source as above the bundle in dist/. */
export const readScripts = (use: 'training' | 'inference'): Record<string, Uint8Array> => {
  const folder = join(findSources(), use)
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
}

const findSources = (): string => {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'apps/local-cloud/src/jumpstart/sources')
    if (existsSync(candidate)) return candidate
  }
  throw new Error(`apps/local-cloud/src/jumpstart/sources not found above ${start}`)
}
