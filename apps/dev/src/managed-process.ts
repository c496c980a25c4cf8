import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Keeper } from './keeper.ts'

const lookEveryMs = 20

export interface ProcessDefinition {
  name: string
  command: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  cwd?: string
  /** Standard output and error are appended here. */
  logFile: string
  /** A line of its output that says it is ready; undefined: ready at once. */
  ready?: RegExp
  /** (Default: 30,000) */
  readyWithinMs?: number
}

export interface ManagedProcess {
  readonly name: string
  readonly pid: number
  /** The ready line's match. */
  readonly ready: RegExpExecArray | undefined
  /** Resolves with how it ended: `code 0`, `SIGKILL`. */
  readonly ended: Promise<string>
  isRunning: () => boolean
  signal: (signal: NodeJS.Signals) => void
  /** SIGTERM, then SIGKILL to its whole group after the grace. (Default: 10,000) */
  stop: (graceMs?: number) => Promise<void>
}

/** Starts a process in a group of its own, its output in a file, and waits until it says that it is ready. Throws with the end of its log where it ends before that. */
export const startProcess = async (definition: ProcessDefinition, keeper: Keeper): Promise<ManagedProcess> => {
  const { name, command, args, env, cwd, logFile, ready, readyWithinMs = 30_000 } = definition
  const log = openSync(logFile, 'a')
  const from = statSync(logFile).size
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', log, log], ...(cwd ? { cwd } : {}) })
  closeSync(log)
  const { pid } = child
  const ended = endOf(child)
  if (pid === undefined) throw new Error(`${name}: ${await ended}`)
  keeper.watch(pid)
  void ended.then(() => keeper.release(pid))

  const isRunning = () => child.exitCode === null && child.signalCode === null
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-pid, signal)
    } catch {
      // The group has gone.
    }
  }
  const stop = async (graceMs = 10_000) => {
    if (isRunning()) {
      child.kill('SIGTERM')
      // A frozen process cannot answer.
      child.kill('SIGCONT')
      const timer = setTimeout(() => signalGroup('SIGKILL'), graceMs)
      await ended
      clearTimeout(timer)
    }
    // Whatever it left behind in its group.
    signalGroup('SIGKILL')
  }
  const managed = { name, pid, ended, isRunning, signal: (signal: NodeJS.Signals) => void child.kill(signal), stop }
  if (!ready) return { ...managed, ready: undefined }

  for (const deadline = performance.now() + readyWithinMs; ; await sleep(lookEveryMs)) {
    const alive = isRunning()
    const output = readFileSync(logFile).subarray(from).toString()
    const match = ready.exec(output)
    if (match) return { ...managed, ready: match }
    if (alive && performance.now() < deadline) continue
    const how = alive
      ? `was not ready within ${readyWithinMs / 1000} s`
      : `ended with ${await ended} before it was ready`
    await stop(0)
    const tail = output.trimEnd().split('\n').slice(-15).join('\n')
    throw new Error(`${name} ${how}; the end of ${logFile}:\n${tail}`)
  }
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
  })
