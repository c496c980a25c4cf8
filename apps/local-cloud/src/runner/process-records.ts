import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The programs of this data folder, on disk, so that the next life can end those that this one left behind. */
export interface ProcessRecords {
  add(pid: number): void
  remove(pid: number): void
  /** Kills process groups of a former life that still run. Answers how many there were. */
  killLeftOvers(): number
}

/** Start time of a process in clock ticks since boot, so that a pid used again is not taken for ours. */
const startTime = (pid: number): string | undefined => {
  try {
    // The second field, the command in brackets, may contain spaces.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  } catch {
    return undefined
  }
}

export const openProcessRecords = (folder: string): ProcessRecords => {
  mkdirSync(folder, { recursive: true })
  return {
    add: (pid) => writeFileSync(join(folder, String(pid)), startTime(pid) ?? ''),
    remove: (pid) => rmSync(join(folder, String(pid)), { force: true }),
    killLeftOvers: () => {
      let killed = 0
      for (const file of readdirSync(folder)) {
        const pid = Number(file)
        const recorded = readFileSync(join(folder, file), 'utf8')
        if (recorded !== '' && startTime(pid) === recorded) {
          try {
            process.kill(-pid, 'SIGKILL')
            killed += 1
          } catch {
            // Gone in between.
          }
        }
        rmSync(join(folder, file), { force: true })
      }
      return killed
    },
  }
}
