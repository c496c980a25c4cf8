import { type ApproachCost, experimentSpecSchema, type Outcome } from '@assay/contracts'
import type { ApproachRecord } from '@assay/pipeline'
import { expect, test } from 'vitest'
import { rateFor, storageRateFor } from './rate.ts'
import { worstCaseOfRetry } from './worst-case-of-retry.ts'
import { worstCase } from './worst-case.ts'

const createdAt = '2026-11-01T00:00:00.000Z'
const spec = experimentSpecSchema.parse({
  name: 'x',
  dataset: 'ds-aaaaaaaaaaaaa',
  deadlineHours: 10,
  approaches: ['one', 'two'].map((id) => ({
    id,
    recipe: 'pytorch-script',
    maxRunSeconds: 3600,
    instanceTypes: ['ml.g4dn.xlarge'],
  })),
})
const prices = {
  region: 'us-east-1',
  rateFor,
  storageRateFor,
  instanceTypesOf: ({ instanceTypes = [] }: { instanceTypes?: readonly string[] | undefined }) => instanceTypes,
}
const ended = <Stage extends 'train' | 'teardown'>(stage: Stage, status: Outcome['status']): Outcome<Stage> => ({
  writer: 'w',
  stage,
  status,
  startedAt: createdAt,
  endedAt: createdAt,
  tries: 1,
  waits: [],
})
const records = (...changes: Partial<ApproachRecord>[]): ApproachRecord[] =>
  spec.approaches.map((approach, index) => ({
    id: approach.id,
    index,
    spec: approach,
    attempt: 1,
    closed: false,
    intents: [],
    infer: new Map(),
    inferValidation: new Map(),
    ...changes[index],
  }))
const spentOf = (approachId: string, scoredTrial: number): ApproachCost => ({
  approachId,
  microUsd: { scoredTrial, otherTrials: 0, endpointBusy: 0, endpointIdle: 0, storage: 0 },
  unpriced: [],
})
const failed = { train: ended('train', 'failed'), teardown: ended('teardown', 'succeeded') }
const spent = [spentOf('one', 300_000), spentOf('two', 40_000)]
/** `one` is tried again when so many hours have passed. */
const retryAt = (hours: number, approaches: ApproachRecord[]) =>
  worstCaseOfRetry({ spec, createdAt, approaches }, 'one', {
    ...prices,
    spent,
    nowMs: Date.parse(createdAt) + hours * 3_600_000,
  }).microUsd
const [whole] = worstCase(spec, prices).approaches
if (!whole || whole.microUsd === null) throw new Error('a price is missing')
const { microUsd, trainingMicroUsd, endpointMicroUsd } = whole

test('a retry costs what was spent, its training again, and an endpoint for the hours that are left', () => {
  expect(retryAt(0, records(failed, failed))).toBe(300_000 + microUsd + 40_000)
  expect(retryAt(5, records(failed, failed))).toBe(300_000 + trainingMicroUsd + endpointMicroUsd / 2 + 40_000)
  expect(retryAt(11, records(failed, failed))).toBe(300_000 + trainingMicroUsd + 40_000)
})

test('a training that is kept is not counted again', () => {
  const kept = { train: ended('train', 'succeeded'), teardown: ended('teardown', 'succeeded') }
  expect(retryAt(5, records(kept, failed))).toBe(300_000 + endpointMicroUsd / 2 + 40_000)
})

test('a first attempt that goes on counts whole, a later one what it spent and what is ahead of it', () => {
  expect(retryAt(5, records(failed, {}))).toBe(300_000 + trainingMicroUsd + endpointMicroUsd / 2 + microUsd)
  expect(retryAt(5, records(failed, { attempt: 2 }))).toBe(
    300_000 + trainingMicroUsd + endpointMicroUsd / 2 + 40_000 + trainingMicroUsd + endpointMicroUsd / 2,
  )
})

test('an approach that failed before it made anything can cost no more', () => {
  expect(retryAt(0, records(failed, { train: ended('train', 'failed') }))).toBe(300_000 + microUsd + 40_000)
})

test('where a price is unknown there is no sum', () => {
  const nowhere = { ...prices, region: 'eu-west-1', spent, nowMs: 0 }
  expect(worstCaseOfRetry({ spec, createdAt, approaches: records(failed, failed) }, 'one', nowhere).microUsd).toBeNull()
})
