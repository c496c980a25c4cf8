import { mkdirSync, mkdtempSync, readdirSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeOldRuns } from './remove-old-runs.ts'

test('folders of old tests go; new ones, demos and tools stay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-old-'))
  const now = Date.now()
  for (const name of ['test-old', 'stack-old', 'test-new', 'demo-old', 'tools']) {
    mkdirSync(join(folder, name))
    if (name !== 'test-new') utimesSync(join(folder, name), 0, (now - 25 * 3_600_000) / 1000)
  }
  removeOldRuns(now, folder)
  expect(readdirSync(folder).sort()).toEqual(['demo-old', 'test-new', 'tools'])
})
