import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const REPOSITORY = fileURLToPath(new URL('../../../../..', import.meta.url))

/** The stand-in programs, bundled as `npm run build` does, in a folder of their own inside the repository. */
export const buildPrograms = async (): Promise<{ path: (program: string) => string; remove: () => void }> => {
  // Inside the repository, so that packages and pretrained weights are found upwards.
  mkdirSync(join(REPOSITORY, '.assay'), { recursive: true })
  const folder = mkdtempSync(join(REPOSITORY, '.assay/programs-'))
  const sources = fileURLToPath(new URL('..', import.meta.url))
  const names = readdirSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(sources, entry.name)).includes('main.ts'))
    .map(({ name }) => name)
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, join(sources, name, 'main.ts')])),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'error',
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
  return {
    path: (program) => join(folder, `${program}.js`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
