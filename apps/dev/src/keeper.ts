import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.ts'
import { repositoryRoot } from './repository-root.ts'

/** Ends the children it was told of when this process ends in any way, by SIGKILL too (see bin/keeper.mjs). */
export interface Keeper {
  watch: (pid: number) => void
  release: (pid: number) => void
  stop: () => void
}

export const startKeeper = (): Keeper => {
  const child = spawn(process.execPath, [join(repositoryRoot, 'apps/dev/bin/keeper.mjs')], {
    // A session of its own: what ends our process group must leave it alone.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: childEnvironment({}),
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  return {
    watch: (pid) => void child.stdin.write(`+${pid}\n`),
    release: (pid) => void child.stdin.write(`-${pid}\n`),
    stop: () => void child.stdin.end(),
  }
}
