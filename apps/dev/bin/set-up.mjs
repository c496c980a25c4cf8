// Brings a clone to the point where its programs run: packages from the lock file, programs in dist/. Uses
// nothing but Node's own modules until the packages are there.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuilt } from './build.mjs'
import { withLock } from './set-up-lock.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const lockFile = join(root, 'package-lock.json')
const stampFile = join(root, 'node_modules/.assay-lock')
const logFile = join(root, '.assay/npm-ci.log')

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`
const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex')

/** Whether npm's own note in node_modules names the versions of the lock file: somebody ran npm by hand. */
const installedByHand = () => {
  const noted = readText(join(root, 'node_modules/.package-lock.json'))
  if (noted === undefined) return false
  const installed = JSON.parse(noted).packages
  return Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages).every(
    ([path, { version, optional, link }]) => path === '' || optional || link || installed[path]?.version === version,
  )
}

const hasPackages = () => {
  const hash = lockHash()
  if (readText(stampFile) === hash) return true
  if (!installedByHand()) return false
  writeFileSync(stampFile, hash)
  return true
}

const countPackages = () =>
  readdirSync(join(root, 'node_modules')).reduce(
    (sum, name) =>
      name.startsWith('.')
        ? sum
        : sum + (name.startsWith('@') ? readdirSync(join(root, 'node_modules', name)).length : 1),
    0,
  )

/** `npm ci` through the npm that runs us. Development packages too, whatever NODE_ENV says: the build needs them. */
const npmCi = () =>
  new Promise((resolve, reject) => {
    const npm = process.env.npm_execpath
    const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
    const log = openSync(logFile, 'w')
    const child = spawn(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--no-progress'], {
      cwd: root,
      stdio: ['ignore', log, log],
    })
    child.on('error', (cause) => reject(new Error(`npm cannot be started: ${cause.message}`, { cause })))
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve()
      const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
      reject(new Error(`npm ci ended with ${signal ?? `code ${code}`}; the end of ${logFile}:\n${tail}`))
    })
  })

const installPackages = async (say) => {
  say('packages     npm ci from package-lock.json …')
  const started = performance.now()
  await npmCi()
  writeFileSync(stampFile, lockHash())
  say(`packages     ${countPackages()} packages in ${seconds(performance.now() - started)}`)
}

/**
 * Installs and builds what is missing or stale; two callers at a time wait for each other.
 * @param {(line: string) => void} say
 * @param {{ sayUpToDate: boolean }} options
 */
export const setUp = async (say, { sayUpToDate }) => {
  const started = performance.now()
  if (!existsSync(stampFile) || !hasPackages() || !isBuilt())
    await withLock(join(root, '.assay/set-up.lock'), say, async () => {
      if (!hasPackages()) await installPackages(say)
      const { built, programs, bytes, ms } = await build()
      if (built) say(`programs     ${programs} bundled into dist/, ${Math.round(bytes / 1024)} KiB in ${seconds(ms)}`)
    })
  else if (sayUpToDate)
    say(`set-up       packages and programs are up to date (${seconds(performance.now() - started)})`)
}
