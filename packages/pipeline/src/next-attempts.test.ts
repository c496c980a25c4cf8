import type { Reason } from '@assay/contracts'
import { expect, test } from 'vitest'
import { nextAttempts } from './next-attempts.ts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'

const reason = (code: string, nextInstanceType?: string): Reason => ({
  code,
  message: 'm',
  ...(nextInstanceType === undefined ? {} : { nextInstanceType }),
})
type Stage = 'train' | 'deploy'
const anAttempt = (attempt: number, failure: Reason, stage: Stage = 'train') =>
  ({
    id: 'one',
    attempt,
    ...(stage === 'deploy' ? { train: { status: 'succeeded' } } : {}),
    [stage]: { status: 'failed', reason: failure },
  }) as unknown as ApproachRecord

/** An approach whose attempts failed for these reasons, the newest last. */
const next = (
  failures: readonly Reason[],
  { stage = 'train', ...more }: { stage?: Stage; spec?: object; cancelRequestedAt?: string } = {},
) => {
  const attempts = failures.map((failure, index) => anAttempt(index + 1, failure, stage))
  return nextAttempts({
    approaches: attempts.slice(-1),
    earlierAttempts: attempts.slice(0, -1),
    spec: {},
    ...more,
  } as unknown as ExperimentRecord).map(({ attempt }) => attempt)
}

test('a capacity or internal error of the cloud is met by two attempts more, not by a third', () => {
  for (const code of ['no_capacity', 'cloud_failed']) {
    const failures = [reason(code), reason(code), reason(code)]
    expect([1, 2, 3].map((count) => next(failures.slice(0, count)))).toEqual([[2], [3], []])
  }
})

test('the same holds for an endpoint, whose attempt keeps the finished training', () => {
  expect(next([reason('no_capacity')], { stage: 'deploy' })).toEqual([2])
})

test("an algorithm's error, a deadline and a refusal are never repeated unasked", () => {
  for (const code of ['training_failed', 'endpoint_failed', 'deadline', 'refused_by_cloud', 'canceled', 'bug'])
    expect(next([reason(code)])).toEqual([])
})

test('instance types that are left do not count as repetitions', () => {
  const types = [reason('no_capacity', 'b'), reason('no_capacity', 'c'), reason('no_capacity')]
  expect([1, 2, 3].map((count) => next(types.slice(0, count)))).toEqual([[2], [3], [4]])
})

test('with a budget only what bills nothing is repeated; after a cancel nothing is', () => {
  const spec = { budget: { maxUsd: 1 } }
  expect(next([reason('cloud_failed')], { spec })).toEqual([])
  expect(next([reason('no_capacity')], { spec })).toEqual([2])
  expect(next([reason('no_capacity')], { cancelRequestedAt: '2026-01-01T00:00:00.000Z' })).toEqual([])
})
