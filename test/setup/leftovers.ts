import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

const read = <Text>(look: () => Text): Text | undefined => {
  try {
    return look()
  } catch {
    // It has ended in the meantime.
    return undefined
  }
}

export interface RunningProcess {
  pid: number
  command: string
  environment: string[]
}

/** Processes that work in a folder or name it on their command line; none where there is no /proc to look into. */
export const processesOf = (folder: string): RunningProcess[] =>
  (existsSync('/proc') ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.replaceAll('\0', ' ') ?? ''
      const workingFolder = read(() => readlinkSync(`/proc/${pid}/cwd`)) ?? ''
      if (Number(pid) === process.pid || (!command.includes(folder) && !workingFolder.startsWith(folder))) return []
      const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? ''
      return [{ pid: Number(pid), command, environment: environment.split('\0') }]
    })
