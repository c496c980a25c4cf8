import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from '@assay/dev'
import { afterAll, beforeAll, expect, test } from 'vitest'

const packages = ['contracts', 'recipes']
const folder = join(repositoryRoot, '.assay', `how-to-${process.pid}`)

const blocksOf = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block)

/** Lines with + go after the line of context before them. Throws where that is not in the file. */
const applied = (text: string, diff: string): string => {
  const lines = text.split('\n')
  let at = 0
  for (const line of diff.split('\n').filter(Boolean)) {
    if (line.startsWith('+')) lines.splice(at++, 0, line.slice(1))
    else {
      const found = lines.indexOf(line.slice(1))
      if (found < 0) throw new Error(`the how-to names a line that is not there: ${line.slice(1)}`)
      at = found + 1
    }
  }
  return lines.join('\n')
}

const followHowTo = async (markdown: string) => {
  for (const block of blocksOf(markdown, 'ts')) {
    const path = join(folder, /^\/\/ (\S+)/.exec(block)?.[1] ?? '')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, block.slice(block.indexOf('\n') + 1))
  }
  for (const block of blocksOf(markdown, 'diff')) {
    const [head = '', ...lines] = block.split('\n')
    const path = join(folder, head.replace('--- ', ''))
    await writeFile(path, applied(await readFile(path, 'utf8'), lines.join('\n')))
  }
}

const compile = async (): Promise<string> => {
  const tsc = join(repositoryRoot, 'node_modules/.bin/tsc')
  const done = await promisify(execFile)(tsc, ['-p', folder]).catch((error: { stdout: string }) => error)
  return done.stdout
}

beforeAll(async () => {
  for (const name of packages)
    await cp(join(repositoryRoot, 'packages', name, 'src'), join(folder, 'packages', name, 'src'), { recursive: true })
  const paths = { '@assay/contracts': [join(folder, 'packages/contracts/src/index.ts')] }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(repositoryRoot, 'tsconfig.json'),
      compilerOptions: { paths, typeRoots: [join(repositoryRoot, 'node_modules/@types')] },
      include: packages.map((name) => `packages/${name}/src`),
      exclude: ['**/*.test.ts'],
    }),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a recipe is added as the how-to says, and the compiler finds nothing missing', async () => {
  await followHowTo(await readFile(join(repositoryRoot, 'docs/recipes.md'), 'utf8'))
  expect(await compile()).toBe('')
  // Seen to be looked at: without its entry in the table of recipes the compiler complains.
  const table = join(folder, 'packages/recipes/src/recipes.ts')
  await writeFile(table, (await readFile(table, 'utf8')).replace('  echo: createEcho(),\n', ''))
  expect(await compile()).toContain(`Property 'echo' is missing`)
})

test('nothing outside contracts and recipes asks which recipe an approach is of', async () => {
  const sources: string[] = []
  for (const top of ['packages', 'workers', 'apps'])
    for (const entry of await readdir(join(repositoryRoot, top), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
        sources.push(join(entry.parentPath, entry.name))
  const others = sources.filter(
    (file) => !/node_modules|\/testing\/|\/fakes\/|packages\/(contracts|recipes)\//.test(file),
  )
  expect(others.length).toBeGreaterThan(300)
  const asking: string[] = []
  for (const file of others)
    if (
      /\.recipe\s*(===|!==)\s*'|switch \([\w.]*\brecipe\)|\brecipe\s*(===|!==)\s*'/.test(await readFile(file, 'utf8'))
    )
      asking.push(file)
  expect(asking).toEqual([])
})
