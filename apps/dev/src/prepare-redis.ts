import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

/** apt's own complaint, where it made one. */
const reasonOf = (message: string): string => {
  const lines = message.trim().split('\n')
  return lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? ''
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
    const reason = error instanceof Error ? reasonOf(error.message) : String(error)
    say(`redis        none on the PATH, and none could be downloaded with apt (${reason})`)
  }
  return javascriptRedis()
}

const systemLists = '/var/lib/apt/lists'

/** What other packages hang onto `apt-get update`: caches outside of the clone, and lists that we do not need. */
const aptConfiguration = [
  'APT::Update::Pre-Invoke',
  'APT::Update::Post-Invoke',
  'APT::Update::Post-Invoke-Success',
  ...['DEP-11', 'DEP-11-icons-small', 'DEP-11-icons', 'DEP-11-icons-hidpi', 'Contents-deb', 'CNF'].map(
    (target) => `Acquire::IndexTargets::deb::${target}`,
  ),
].map((name) => `#clear ${name};\n`)

/** Downloads the packages with apt and unpacks them. Caches, locks and logs are our own: the system's are not touched, not even by root. */
const download = async (say: (line: string) => void): Promise<void> => {
  const started = performance.now()
  say('redis        none on the PATH; downloads one with apt into .assay/tools …')
  const work = `${redisToolsFolder}.${process.pid}`
  rmSync(work, { recursive: true, force: true })
  try {
    const debs = await downloadDebs(work)
    const unpacked = join(work, 'unpacked')
    mkdirSync(unpacked)
    let bytes = 0
    for (const file of debs) {
      bytes += statSync(file).size
      await run('dpkg', ['-x', file, unpacked])
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

/** The system's package lists where they are there and still true, else lists of our own. */
const downloadDebs = async (work: string): Promise<string[]> => {
  const debs = join(work, 'debs')
  const ownLists = join(work, 'lists')
  for (const folder of [join(ownLists, 'partial'), join(debs, 'archives/partial')])
    mkdirSync(folder, { recursive: true })
  const configuration = join(work, 'apt.conf')
  writeFileSync(configuration, aptConfiguration.join(''))
  const apt = async (program: 'apt-get' | 'apt-cache', lists: string, args: readonly string[]): Promise<string> => {
    const options = [
      `Dir::State=${work}`,
      `Dir::State::Lists=${lists}`,
      'Dir::State::status=/var/lib/dpkg/status',
      `Dir::Cache=${debs}`,
      'Dir::Log=/dev/null',
      // Else apt, run by root, downloads as a user that may not write here.
      'APT::Sandbox::User=',
      'Acquire::Languages=none',
      'Acquire::Retries=2',
    ].flatMap((option) => ['-o', option])
    const { stdout } = await run(program, ['-c', configuration, ...options, ...args], {
      cwd: debs,
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 64_000_000,
    })
    return stdout
  }
  const fetchWith = async (lists: string): Promise<string[]> => {
    const known = new Set((await apt('apt-cache', lists, ['pkgnames'])).split('\n'))
    const packages = known.has('redis-server') ? wanted : wanted.map((name) => name.replace('redis', 'valkey'))
    await apt('apt-get', lists, ['download', ...packages.filter((name) => known.has(name))])
    return readdirSync(debs)
      .filter((name) => name.endsWith('.deb'))
      .map((name) => join(debs, name))
  }
  if (existsSync(systemLists) && readdirSync(systemLists).some((name) => name.includes('_Packages')))
    try {
      return await fetchWith(systemLists)
    } catch {
      // Older than the mirror: the packages that they name have gone.
    }
  await apt('apt-get', ownLists, ['update'])
  return fetchWith(ownLists)
}
