import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryRoot } from '@assay/dev'
import { build } from 'esbuild'

const sources = /from '@aws-sdk\/(?:client-)?([a-z0-9-]+)'/
const importOf = /import \{([^}]*)\} from '(@aws-sdk\/(?:client|lib|s3)-[a-z0-9-]+)'/g

/** What one file of ours may send: commands that it makes and paginators that it runs, by the service's package. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(importOf)].flatMap(([, names = '', from = '']) => {
    const service = sources.exec(`from '${from}'`)?.[1] ?? from
    return names.split(',').flatMap((name) => {
      const plain = name.trim()
      const command = /^(\w+)Command$/.exec(plain)?.[1] ?? /^paginate(\w+)$/.exec(plain)?.[1]
      if (from === '@aws-sdk/lib-storage' && plain === 'Upload') return ['s3:PutObject', 's3:AbortMultipartUpload']
      return command === undefined ? [] : [`${service}:${command}`]
    })
  })

/** Every command that a program can send: those of the sources that its bundle really contains, unused exports left out. */
export const sentCommands = async (entryPoint: string): Promise<Set<string>> => {
  const { metafile } = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    outdir: 'unused',
    loader: { '.bin': 'empty', '.wasm': 'empty' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
    treeShaking: true,
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
  const [output] = Object.values(metafile.outputs)
  const files = Object.entries(output?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [file] : [],
  )
  const texts = await Promise.all(files.map((file) => readFile(join(repositoryRoot, file), 'utf8')))
  return new Set(texts.flatMap(commandsIn))
}
