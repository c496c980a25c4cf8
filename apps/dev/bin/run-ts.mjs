// Runs one TypeScript file: bundles it to .assay/ with esbuild (our own packages inside, node_modules outside), then runs the bundle with the
// remaining arguments. `node apps/dev/bin/run-ts.mjs packages/x/bench/y.ts --flag`; node's own options go in NODE_OPTIONS.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const [file, ...args] = process.argv.slice(2)
if (file === undefined || !existsSync(file)) {
  console.error(`node apps/dev/bin/run-ts.mjs FILE.ts [arguments]: met ${file ?? 'no file'}, needed an existing file`)
  process.exit(2)
}

mkdirSync(join(root, '.assay'), { recursive: true })
const folder = mkdtempSync(join(root, '.assay/run-ts-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const bundle = join(folder, `${basename(file, '.ts')}.mjs`)
await build({
  absWorkingDir: root,
  entryPoints: [resolve(file)],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.bin': 'binary', '.wasm': 'binary', '.css': 'text', '.svg': 'text' },
  logLevel: 'warning',
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

const child = spawn(process.execPath, ['--enable-source-maps', bundle, ...args], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
