// Bundles every program into dist/: `apps/x/src/main.ts` becomes dist/x.js, `workers/x/src/main.ts` becomes
// dist/worker-x.js, `apps/local-cloud/src/programs/x/main.ts` becomes dist/programs/x.js. Our own packages are bundled in, those of
// node_modules stay outside. Does nothing when no source is newer than the last build.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const stampPath = join(root, 'dist/.stamp')

const folders = (path) =>
  existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : []

/** Changes with every file that is edited, added or removed below the sources' folders. */
const sourceState = () => {
  let newestMs = 0
  let files = 0
  const look = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue
      const full = join(path, entry.name)
      if (entry.isDirectory()) look(full)
      else {
        newestMs = Math.max(newestMs, statSync(full).mtimeMs)
        files++
      }
    }
  }
  for (const folder of ['apps', 'workers', 'packages']) look(join(root, folder))
  return `${newestMs} ${files}`
}

export const isBuilt = () => existsSync(stampPath) && readFileSync(stampPath, 'utf8') === sourceState()

const entryPoints = () => {
  const found = {}
  const look = (folder, prefix) => {
    for (const { name } of folders(join(root, folder))) {
      const main = join(root, folder, name, folder.endsWith('programs') ? 'main.ts' : 'src/main.ts')
      if (existsSync(main)) found[prefix + name] = main
    }
  }
  look('apps', '')
  look('workers', 'worker-')
  look('apps/local-cloud/src/programs', 'programs/')
  return found
}

/** @returns {Promise<{built: boolean, programs: number, bytes: number, ms: number}>} */
export const build = async () => {
  const started = performance.now()
  const state = sourceState()
  if (isBuilt()) return { built: false, programs: 0, bytes: 0, ms: performance.now() - started }
  const esbuild = await import('esbuild')
  const entries = entryPoints()
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: join(root, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.bin': 'binary', '.wasm': 'binary', '.css': 'text', '.svg': 'text' },
    logLevel: 'warning',
    metafile: true,
    plugins: [
      {
        name: 'node-modules-stay-outside',
        setup: (builder) => {
          builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@assay/') ? undefined : { path, external: true },
          )
        },
      },
    ],
  })
  // Else esbuild's own process stays for as long as we run.
  await esbuild.stop()
  writeFileSync(stampPath, state)
  const bytes = Object.entries(result.metafile.outputs).reduce(
    (sum, [path, { bytes }]) => sum + (path.endsWith('.map') ? 0 : bytes),
    0,
  )
  return { built: true, programs: Object.keys(entries).length, bytes, ms: performance.now() - started }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { built, programs, bytes, ms } = await build()
  console.log(
    built
      ? `${relative(process.cwd(), join(root, 'dist')) || 'dist'}: ${programs} programs, ${Math.round(bytes / 1024)} KiB in ${Math.round(ms)} ms`
      : 'dist is up to date',
  )
}
