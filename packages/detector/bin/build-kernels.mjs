// Compiles assembly/kernels.as and writes it, base64, into src/kernels-wasm.ts. `--check` only compares.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))
const committed = join(here, 'src/kernels-wasm.ts')
const asc = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js')
const folder = mkdtempSync(join(tmpdir(), 'assay-kernels-'))
try {
  // Kept as .as so that no TypeScript tool takes it for TypeScript; the compiler wants .ts.
  copyFileSync(join(here, 'assembly/kernels.as'), join(folder, 'kernels.ts'))
  const wasm = join(folder, 'kernels.wasm')
  const { status, stderr } = spawnSync(
    process.execPath,
    [asc, 'kernels.ts', '--baseDir', folder, '--outFile', wasm, '-O3', '--noAssert'].concat([
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--initialMemory',
      '1',
    ]),
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  const base64 = readFileSync(wasm).toString('base64')
  const lines = base64.match(/.{1,110}/g).map((line) => `  '${line}',`)
  const text = `// Written by \`npm run build:kernels\` from assembly/kernels.as. Do not edit.\n\nexport const KERNELS_WASM_BASE64 = [\n${lines.join('\n')}\n].join('')\n`
  if (!process.argv.includes('--check')) writeFileSync(committed, text)
  else if (readFileSync(committed, 'utf8') !== text)
    throw new Error('src/kernels-wasm.ts is not what assembly/kernels.as compiles to')
  console.log(`kernels: ${Math.round((base64.length * 3) / 4)} bytes of WebAssembly`)
} finally {
  rmSync(folder, { recursive: true })
}
