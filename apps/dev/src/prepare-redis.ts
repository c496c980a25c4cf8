import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { javascriptRedis, redisOnPath, type RedisProgram, redisToolsFolder, unpackedRedis } from './find-redis.ts'

const run = promisify(execFile)

/** The server itself, its tools package where Debian keeps the binary, and what a bare image may lack. */
const wanted = ['redis-server', 'redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1', 'libssl3', 'libsystemd0']

const libraryFolders = (): string[] => {
  const lib = join(redisToolsFolder, 'usr/lib')
  if (!existsSync(lib)) return []
  return [lib, ...readdirSync(lib).map((name) => join(lib, name))].filter((path) => statSync(path).isDirectory())
}

/**
 * Finds a Redis: on the PATH, else one that was unpacked before, else one downloaded with apt and unpacked into the
 * clone (no root needed, nothing installed), else the JavaScript fall-back.
 */
export const prepareRedis = async (say: (line: string) => void, path?: string): Promise<RedisProgram> => {
  const found = (await redisOnPath(path)) ?? (await unpackedRedis(libraryFolders()))
  if (found) return found
  try {
    await download(say)
    const unpacked = await unpackedRedis(libraryFolders())
    if (unpacked) return unpacked
    say('redis        what was unpacked does not start')
  } catch (error) {
    const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
    say(`redis        none on the PATH, and none could be downloaded with apt (${reason})`)
  }
  return javascriptRedis()
}

const download = async (say: (line: string) => void): Promise<void> => {
  const started = performance.now()
  say('redis        none on the PATH; downloads one with apt into .assay/tools …')
  const work = `${redisToolsFolder}.${process.pid}`
  rmSync(work, { recursive: true, force: true })
  const lists = join(work, 'lists')
  const debs = join(work, 'debs')
  const unpacked = join(work, 'unpacked')
  for (const folder of [join(lists, 'partial'), join(debs, 'archives/partial'), unpacked])
    mkdirSync(folder, { recursive: true })
  // Lists, caches and locks of our own: the system's are neither needed nor touched, not even by root.
  const options = [
    `Dir::State=${work}`,
    `Dir::State::Lists=${lists}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${debs}`,
    'Dir::Log=/dev/null',
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    'APT::Update::Post-Invoke-Success=',
    'APT::Update::Post-Invoke=',
  ].flatMap((option) => ['-o', option])
  try {
    const inDebs = { cwd: debs, env: { ...process.env, LC_ALL: 'C' } }
    await run('apt-get', [...options, 'update'], inDebs)
    const { stdout } = await run('apt-cache', [...options, 'pkgnames'], { ...inDebs, maxBuffer: 64_000_000 })
    const known = new Set(stdout.split('\n'))
    const packages = known.has('redis-server') ? wanted : wanted.map((name) => name.replace('redis', 'valkey'))
    await run('apt-get', [...options, 'download', ...packages.filter((name) => known.has(name))], inDebs)
    let bytes = 0
    for (const file of readdirSync(debs).filter((name) => name.endsWith('.deb'))) {
      bytes += statSync(join(debs, file)).size
      await run('dpkg', ['-x', join(debs, file), unpacked])
    }
    rmSync(redisToolsFolder, { recursive: true, force: true })
    mkdirSync(dirname(redisToolsFolder), { recursive: true })
    renameSync(unpacked, redisToolsFolder)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    say(`redis        ${(bytes / 1e6).toFixed(1)} MB unpacked in ${seconds} s`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
