import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './repository-root.ts'

const keptForMs = 24 * 3_600_000
/** Runs whose folders nobody comes back to; a demo's report may be wanted for long. */
const passing = /^(test|stack|compose)-/

/** Removes what tests of the day before and earlier left in `.assay/`. */
export const removeOldRuns = (now = Date.now(), folder = join(repositoryRoot, '.assay')): void => {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder).filter((entry) => passing.test(entry)))
    if (now - statSync(join(folder, name)).mtimeMs > keptForMs) rmSync(join(folder, name), { recursive: true })
}
