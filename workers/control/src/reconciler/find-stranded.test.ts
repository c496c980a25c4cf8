import { expect, test } from 'vitest'
import { findStranded } from './find-stranded.ts'

const restMs = 1_000
const live = new Set(['train/a', 'train/b'])
const look = (
  jobs: readonly string[],
  atMs: number,
  nowMs: number,
  before: Parameters<typeof findStranded>[0] = new Map(),
) => findStranded(new Map([['x', { atMs, jobs }]]), live, { before, nowMs, restMs })

test('an experiment whose jobs are all live is left alone, one without any job too', () => {
  expect(look(['train/a', 'train/b'], 0, 10)).toEqual({ due: [], suspects: new Map() })
  expect(look([], 0, 10)).toEqual({ due: [], suspects: new Map() })
})

test('one that misses a job is due at the second look, unless it was folded in between', () => {
  const first = look(['train/a', 'train/gone'], 0, 10)
  expect(first.due).toEqual([])
  expect(look(['train/a', 'train/gone'], 0, 20, first.suspects).due).toEqual(['x'])
  expect(look(['train/a', 'train/gone'], 15, 20, first.suspects).due).toEqual([])
})

test('one that was not folded for long is due whatever its jobs', () => {
  expect(look(['train/a'], 0, 1_000).due).toEqual(['x'])
})
