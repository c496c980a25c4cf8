import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@assay/dev'
import { transform } from 'esbuild'
import { describe, expect, test } from 'vitest'

const bin = (name: string) => join(repositoryRoot, 'apps/dev/bin', name)
const entries = ['demo.cjs', 'test.cjs', 'assay.cjs', 'start.cjs']

describe.each(entries)('%s', (entry) => {
  test.each(['v4.9.1', '16.20.2', '20.18.3'])('on Node %s ends with 2 and one line: met, needed, how', (version) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin(entry)], {
      encoding: 'utf8',
      env: { ...process.env, ASSAY_PRETEND_NODE: version.replace('v', '') },
    })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^Node \d+\.\d+\.\d+ was met, Node 20\.19 or newer is needed: .*nodejs\.org.*\n$/)
  })
})

test.each([...entries, 'node-version.cjs'])('%s is written so that any Node can read it', async (file) => {
  const code = readFileSync(bin(file), 'utf8')
  // What has no form in the language of 2009 makes the transformation fail; what has one would change the text.
  const { code: old } = await transform(code, { target: 'es5' })
  const { code: now } = await transform(code)
  expect(old).toBe(now)
})
