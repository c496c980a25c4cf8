import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '@assay/dev'
import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'

// The check itself takes minutes and is run by hand; that it still finds what it removes takes none.
test('each guard that the mutation check removes stands exactly once in its file', () => {
  const times = mutants.map(({ guard, file, from }) => ({
    guard,
    times: readFileSync(join(repositoryRoot, file), 'utf8').split(from).length - 1,
  }))
  expect(times.filter((one) => one.times !== 1)).toEqual([])
})
