// `npm install` leaves a platform package out of package-lock.json when the registry view it sees lacks that
// platform; `npm ci` then refuses the lock ("Missing: … from lock file"). This adds the missing optional entries,
// with os and cpu read from the package's name, so that they are installed only where they fit. Run after
// every `npm install` that changes the lock.
import { readFileSync, writeFileSync } from 'node:fs'

const OPERATING_SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const CPUS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x']

const lockPath = new URL('../../../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(lockPath, 'utf8'))
let added = 0
for (const entry of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    if (lock.packages[path]) continue
    const words = name.split(/[/-]/)
    const os = OPERATING_SYSTEMS.find((known) => words.includes(known))
    const cpu = CPUS.find((known) => words.includes(known))
    if (!os || !cpu)
      throw new Error(`${name}: no operating system and processor in its name; add it to package-lock.json by hand`)
    lock.packages[path] = { version, cpu: [cpu], optional: true, os: [os], ...(entry.dev ? { dev: true } : {}) }
    added++
  }
}
const { '': root, ...rest } = lock.packages
lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) }
writeFileSync(lockPath, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} entries added to package-lock.json`)
