import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { repositoryRoot } from '@assay/dev'
import { describe, expect, test } from 'vitest'

interface Import {
  file: string
  from: string
}

const importsOf = async (folder: string): Promise<Import[]> => {
  const entries = await readdir(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file.includes('/src/') && !file.includes('/testing/') && !file.includes('node_modules'))
  const found: Import[] = []
  for (const file of files)
    for (const [, from = ''] of (await readFile(file, 'utf8')).matchAll(/^(?:import|export)\b[^'"]*\bfrom '([^']+)'/gm))
      found.push({ file: relative(repositoryRoot, file), from })
  return found
}

const offenders = (imports: Import[], isForbidden: (one: Import) => boolean) =>
  imports.filter(isForbidden).map(({ file, from }) => `${file} imports ${from}`)

describe('dependencies point one way', async () => {
  const imports = (await Promise.all(['packages', 'workers', 'apps'].map(importsOf))).flat()

  test('there is something to check', () => {
    expect(imports.length).toBeGreaterThan(1000)
  })
  test('packages import no worker and no app, workers no app', () => {
    const isUpward = ({ file, from }: Import) =>
      (file.startsWith('packages/') && /^@assay\/(worker-.*|api|web|cli|dev|local-cloud)$/.test(from)) ||
      (file.startsWith('workers/') && /^@assay\/(api|web|cli|dev|local-cloud)$/.test(from))
    expect(offenders(imports, isUpward)).toEqual([])
  })
  test('the contracts import zod only', () => {
    expect(
      offenders(
        imports,
        ({ file, from }) => file.startsWith('packages/contracts/') && from !== 'zod' && !/^\.\.?\//.test(from),
      ),
    ).toEqual([])
  })
  test('BullMQ is imported by packages/queue only, Fastify by apps only', () => {
    expect(offenders(imports, ({ file, from }) => from === 'bullmq' && !file.startsWith('packages/queue/'))).toEqual([])
    expect(offenders(imports, ({ file, from }) => from === 'fastify' && !file.startsWith('apps/'))).toEqual([])
  })
  test('the evaluation does no I/O', () => {
    expect(
      offenders(imports, ({ file, from }) => file.startsWith('packages/evaluation/') && !from.startsWith('./')),
    ).toEqual([])
  })
})
