import type { Outcome } from '@assay/contracts'
import { expect, test } from 'vitest'
import { createAdvance } from './advance.ts'
import { anExperiment } from './testing/an-experiment.ts'

const finish: Outcome<'finish'> = {
  writer: 'w',
  stage: 'finish',
  status: 'succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:00.000Z',
  tries: 1,
  waits: [],
}

/** The marks that an advance sets and removes, where each look finds the next of the records. */
const marksOf = async (...records: ReturnType<typeof anExperiment>[]) => {
  const marks: string[] = []
  const advance = createAdvance({
    loadExperiment: async () => records.shift(),
    recordOutcome: async () => {},
    beginAttempt: async () => {},
    ensure: async () => {},
    note: async () => {},
    open: async () => marks.push('open'),
    close: async () => marks.push('close'),
    changed: async () => {},
    now: () => new Date(),
  })
  await advance('aaaaaaaaaaaaa')
  return marks
}

test('an experiment that has ended loses its mark', async () => {
  const ended = { ...anExperiment(), finish }
  expect(await marksOf(ended, ended)).toEqual(['close'])
})

test('a retry that begins while an experiment is being closed keeps its mark', async () => {
  const ended = { ...anExperiment(), finish }
  expect(await marksOf(ended, anExperiment())).toEqual(['close', 'open'])
})
