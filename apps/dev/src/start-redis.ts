import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.ts'
import type { RedisProgram } from './find-redis.ts'
import type { Keeper } from './keeper.ts'
import { type ManagedProcess, type ProcessDefinition, startProcess } from './managed-process.ts'

const portTries = 10

export interface RunningRedis {
  process: ManagedProcess
  url: string
  /** How to start it again, on the same port with the same data. */
  definition: ProcessDefinition
}

/** Starts a Redis of our own on loopback: append-only file in the folder, no eviction. */
export const startRedis = async (program: RedisProgram, folder: string, keeper: Keeper): Promise<RunningRedis> => {
  const data = join(folder, 'redis')
  mkdirSync(data, { recursive: true })
  mkdirSync(join(folder, 'logs'), { recursive: true })
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const definition: ProcessDefinition = {
      name: 'redis',
      command: program.command,
      args: program.kind === 'server' ? serverArguments(port, data) : [...program.args, String(port)],
      env: childEnvironment({ LC_ALL: 'C', ...program.env }),
      logFile: join(folder, 'logs/redis.log'),
      ready: /ready to accept connections/i,
    }
    try {
      const process = await startProcess(definition, keeper)
      return { process, url: `redis://127.0.0.1:${port}`, definition }
    } catch (error) {
      // Somebody took the port between our look and Redis's: it has said so and ended.
      const taken = error instanceof Error && /in use|EADDRINUSE/i.test(error.message)
      if (!taken || tries === portTries) throw error
    }
  }
}

const serverArguments = (port: number, data: string): string[] =>
  [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--dir', data],
    ['--appendonly', 'yes'],
    ['--save', ''],
    ['--maxmemory-policy', 'noeviction'],
    // A parked job's hash stays in its compact form; the older name of the setting is known to every version.
    ['--hash-max-ziplist-value', '512'],
    ['--daemonize', 'no'],
  ].flat()

/** A port of loopback that is free at this moment; another process may still take it. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
