import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Takes a data folder for this process. Throws when another process has it. Answers what gives it back. */
export const lockDataFolder = (dataDir: string): (() => void) => {
  const path = join(dataDir, 'lock')
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = Number(readFileSync(path, 'utf8'))
      if (holder > 0 && lives(holder))
        throw new Error(`the data folder ${dataDir} is in use by process ${holder}`, { cause: error })
      rmSync(path, { force: true })
    }
  }
}
