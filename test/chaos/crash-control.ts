import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The other side of packages/runtime's crash points: what was reached, what is to kill, what has killed. */
export const createCrashControl = (folder: string) => {
  mkdirSync(folder, { recursive: true })
  const linesOf = (name: string): string[] => {
    const file = join(folder, name)
    return existsSync(file) ? [...new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean))] : []
  }
  return {
    folder,
    /** Points that some process has reached since `forgetReached`, in the order of their first time. */
    reached: () => linesOf('reached'),
    forgetReached: () => writeFileSync(join(folder, 'reached'), ''),
    died: () => linesOf('died'),
    /** From now on these points, and no others, kill the process that reaches them, each once. */
    arm: (points: readonly string[]) => {
      writeFileSync(join(folder, 'arming'), `${points.join('\n')}\n`)
      renameSync(join(folder, 'arming'), join(folder, 'armed'))
    },
  }
}
export type CrashControl = ReturnType<typeof createCrashControl>
