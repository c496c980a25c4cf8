import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A folder of this package that is read at run time: from the sources as from the bundle in dist/, both below the project's root. */
export const assetFolder = (name: 'presets' | 'sources'): string => {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'packages/recipes', name)
    if (existsSync(candidate)) return candidate
  }
  throw new Error(`packages/recipes/${name} not found above ${start}`)
}
