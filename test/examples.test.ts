import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { experimentSpecSchema } from '@assay/contracts'
import { makeSteelDefects, repositoryRoot, startStack } from '@assay/dev'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const hasCurl = spawnSync('curl', ['--version']).status === 0
const examples = join(repositoryRoot, 'examples')

test('every experiment file is a valid spec', async () => {
  const names = (await readdir(examples)).filter((name) => name.endsWith('.yaml'))
  expect(names.length).toBeGreaterThanOrEqual(3)
  for (const name of names) {
    const parsed = experimentSpecSchema.safeParse(parse(await readFile(join(examples, name), 'utf8')))
    expect({ name, issues: parsed.error?.issues }).toEqual({ name, issues: undefined })
  }
})

test.skipIf(!hasCurl)(
  'curl alone registers, submits, follows, fetches and cancels (skipped where there is no curl)',
  async () => {
    const stack = await startStack({ timeScale: 0.02 })
    try {
      const folder = await mkdtemp(join(tmpdir(), 'assay-walk-'))
      await makeSteelDefects({ folder, images: 36, seed: 3, sizePx: 200 })
      const script = join(examples, 'walk-through.sh')
      const { stdout } = await promisify(execFile)(script, [stack.apiUrl, folder], { timeout: 150_000 }).catch(
        (error: { stdout: string }) => {
          throw new Error(`the walk-through ended early:\n${error.stdout}`)
        },
      )
      expect(stdout).toContain('"state":"succeeded"')
      expect(stdout).toContain('"schemaVersion":1')
      expect(stdout).toContain('<!doctype html>')
      expect(stdout).toContain('"remaining":[]')
    } finally {
      await stack.stop()
    }
  },
)
