import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { type ContainerStart, dockerCommand } from './docker-command.ts'
import type { ProcessRecords } from './process-records.ts'
import { type SupervisedProgram, supervise } from './supervise.ts'

const run = promisify(execFile)

/** Programs in Docker containers, for registry entries that ask for it. Nothing here is called where none does. */
export interface Containers {
  /** Throws, saying what `docker` said, where there is no engine. */
  assertEngine(): Promise<void>
  /** Starts a container that dies with this process. `resource` becomes part of its name. */
  start(
    resource: string,
    start: Omit<ContainerStart, 'name' | 'labels'>,
    own: { onLine: (line: string) => void; records: ProcessRecords },
  ): SupervisedProgram
  /** Removes what a former life left behind. */
  removeLeftOvers(): Promise<void>
}

/** Exit code of `docker run` for a container that it could not start. */
const notStarted = 125

const label = 'assay.local-cloud.data'

// A container is the engine's child, not ours: what is killed with us is only the client. So a shell in a process group of its own reads
// a descriptor whose other end only this process holds, and removes the container when this process dies in any way.
const reaper = 'read -r _ <&3; exec docker rm --force "$0" >/dev/null 2>&1'

/** What the docker client needs to find its engine. */
const clientEnv = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'].flatMap(
      (name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]),
    ),
  )

const docker = (...words: string[]) => run('docker', words, { env: clientEnv() })

export const createContainers = (dataDir: string): Containers => {
  const data = resolve(dataDir)
  return {
    assertEngine: async () => {
      try {
        await docker('version', '--format', '{{.Server.Version}}')
      } catch (cause) {
        const said = cause instanceof Error ? ((cause as { stderr?: string }).stderr || cause.message).trim() : ''
        throw new Error(`its registry entry says docker, and there is no Docker engine here: ${said}`, { cause })
      }
    },
    start: (resource, start, { onLine, records }) => {
      const name = `assay-${resource}-${randomBytes(4).toString('hex')}`
      let lastLine = ''
      const client = supervise({
        argv: dockerCommand({ ...start, name, labels: { [label]: data } }),
        cwd: start.baseDir,
        env: clientEnv(),
        onLine: (line) => {
          lastLine = line
          onLine(line)
        },
        records,
      })
      const watcher = spawn('/bin/sh', ['-c', reaper, name], {
        detached: true,
        env: clientEnv(),
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      })
      watcher.stdio[3]?.on('error', () => {})
      let removal: Promise<unknown> | undefined
      const remove = () => (removal ??= docker('rm', '--force', name).catch(() => {}))
      const ended = client.ended.then(async (end) => {
        await removal
        watcher.kill('SIGKILL')
        if (end.exitCode === notStarted) throw new Error(`docker run ended with ${notStarted}: ${lastLine}`)
        return end
      })
      ended.catch(() => {})
      return {
        ended,
        // The client hands it on to the container.
        terminate: client.terminate,
        kill: () => void remove().then(client.kill),
      }
    },
    removeLeftOvers: async () => {
      const { stdout } = await docker('ps', '--all', '--quiet', '--filter', `label=${label}=${data}`)
      const ids = stdout.split('\n').filter((id) => id !== '')
      if (ids.length > 0) await docker('rm', '--force', ...ids)
    },
  }
}
