import type { Outcome, StageRef } from '@assay/contracts'
import { expect, test } from 'vitest'
import { createRunStage, type Delivery, type ErrorClass, MOST_CRASHES } from './run-stage.ts'
import { anExperiment } from './testing/an-experiment.ts'
import { PermanentError } from './stage.ts'
import { createTiming } from './timing.ts'

const at = '2026-01-01T00:00:00.000Z'
const id = 'aaaaaaaaaaaaa'
const split: StageRef = { experimentId: id, stage: 'split' }
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const timing = createTiming(1)

/** Delivers the split once, on an experiment just accepted unless `load` says otherwise. */
const deliver = async (
  thrown: unknown,
  {
    delivery = {},
    classify = () => ({ kind: 'retry' }),
    load = async () => anExperiment(),
    signal = new AbortController().signal,
  }: {
    delivery?: Partial<Delivery>
    classify?: () => ErrorClass
    load?: () => Promise<ReturnType<typeof anExperiment>>
    signal?: AbortSignal
  },
) => {
  const outcomes: Omit<Outcome, 'writer'>[] = []
  const runStage = createRunStage({
    handlers: {
      split: async () => {
        throw thrown
      },
    },
    loadExperiment: load,
    recordOutcome: async (_ref, outcome) => outcomes.push(outcome),
    advance: async () => {},
    classify,
    timing,
  })
  const context = { log, signal, worker: 'w', progress: () => {}, now: () => new Date(at) }
  const one = { ref: split, tryNumber: 1, maxTries: 8, startedAt: at, waits: [], crashes: 0, ...delivery }
  try {
    return { answer: await runStage(one, context), outcomes }
  } catch (error) {
    return { answer: { thrown: error }, outcomes }
  }
}

const passing = new Error('passing')

test('an error that may pass is thrown to the queue, at the last try it is an outcome', async () => {
  expect(await deliver(passing, {})).toEqual({ answer: { thrown: passing }, outcomes: [] })
  const { outcomes } = await deliver(passing, { delivery: { tryNumber: 8 } })
  expect(outcomes).toMatchObject([{ status: 'failed', reason: { code: 'tries_exhausted' } }])
})

test('a stage whose handler learns of the cancel first ends canceled, not failed', async () => {
  const { outcomes } = await deliver(new PermanentError('canceled', 'not created'), {})
  expect(outcomes).toMatchObject([{ status: 'canceled', reason: { code: 'canceled' } }])
})

test('where the ledger cannot be read the last try is parked too: no job ends before its outcome is in the ledger', async () => {
  const load = () => Promise.reject(new Error('what nobody has seen before'))
  expect(await deliver(passing, { load, delivery: { tryNumber: 8 } })).toMatchObject({
    answer: { later: { afterMs: timing.retryMaxMs } },
    outcomes: [],
  })
})

test('waiting for credentials fails nothing, however often', async () => {
  const classify = (): ErrorClass => ({ kind: 'wait', for: 'credentials', reason: 'waits for credentials' })
  const delivery = { tryNumber: 8 }
  expect(await deliver(passing, { classify, delivery })).toMatchObject({
    answer: { later: { reason: 'waits for credentials' } },
    outcomes: [],
  })
})

test('a delivery that its stopping worker breaks off is parked at once, at the last try too', async () => {
  const signal = AbortSignal.abort()
  expect(await deliver(passing, { signal, delivery: { tryNumber: 8 } })).toMatchObject({
    answer: { later: { afterMs: 0 } },
    outcomes: [],
  })
})

test('a stage whose worker died over it five times in a row is set aside', async () => {
  const { outcomes } = await deliver(passing, { delivery: { crashes: MOST_CRASHES } })
  expect(outcomes).toMatchObject([{ status: 'failed', reason: { code: 'crash_loop' } }])
  expect((await deliver(passing, { delivery: { crashes: MOST_CRASHES - 1 } })).outcomes).toEqual([])
})
