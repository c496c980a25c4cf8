// The entry point of the image: the first argument is the role, the rest are the program's. Runs it in this process,
// so that it gets the signals itself.
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const role = process.argv[2] ?? ''
const file = fileURLToPath(new URL(`../../../dist/${role}.js`, import.meta.url))
if (!/^[a-z-]+$/.test(role) || !existsSync(file)) {
  console.error(`"${role}" met; a role needed: api, worker-split, worker-train, …, or local-cloud`)
  process.exit(2)
}
process.argv.splice(1, 2, file)
await import(pathToFileURL(file).href)
