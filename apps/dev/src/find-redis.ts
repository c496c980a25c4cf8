import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from './repository-root.ts'

const run = promisify(execFile)

export interface RedisProgram {
  kind: 'server' | 'javascript'
  /** For people: what it is and where it comes from. */
  title: string
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}

/** Where the rootless unpack lays its files. */
export const redisToolsFolder = join(repositoryRoot, '.assay/tools/redis')

const versionOf = async (command: string, env: Readonly<Record<string, string>>): Promise<string | undefined> => {
  try {
    const { stdout } = await run(command, ['--version'], { env: { ...process.env, LC_ALL: 'C', ...env } })
    return /v=(\S+)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}

const server = async (
  command: string,
  origin: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RedisProgram | undefined> => {
  if (!existsSync(command)) return undefined
  const version = await versionOf(command, env)
  const name = command.split('/').at(-1)
  return version ? { kind: 'server', title: `${name} ${version} (${origin})`, command, args: [], env } : undefined
}

/** A Redis or Valkey of the PATH that really starts. */
export const redisOnPath = async (path = process.env['PATH'] ?? ''): Promise<RedisProgram | undefined> => {
  for (const name of ['redis-server', 'valkey-server'])
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const found = await server(join(folder, name), folder)
      if (found) return found
    }
  return undefined
}

/** The one that was unpacked into the clone before. */
export const unpackedRedis = async (libraryFolders: readonly string[]): Promise<RedisProgram | undefined> => {
  const env = { LD_LIBRARY_PATH: libraryFolders.join(delimiter) }
  for (const name of ['redis-server', 'valkey-server']) {
    const found = await server(join(redisToolsFolder, 'usr/bin', name), 'unpacked into .assay/tools', env)
    if (found) return found
  }
  return undefined
}

/** The fall-back that needs no binary. */
export const javascriptRedis = (): RedisProgram => ({
  kind: 'javascript',
  title: 'js-redis-server (slow, in memory)',
  command: process.execPath,
  args: [join(repositoryRoot, 'apps/dev/bin/javascript-redis.mjs')],
  env: {},
})
