import { experimentSpecSchema, type Outcome, type StageRef } from '@assay/contracts'
import { expect, test } from 'vitest'
import { foldExperiment } from './fold.ts'
import { createRunStage, type Delivery, type ErrorClass } from './run-stage.ts'
import { later, type StageContext } from './stage.ts'
import { createTiming } from './timing.ts'

const id = 'aaaaaaaaaaaaa'
const minute = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString()
const stored = { key: 'k', sha256: 'a'.repeat(64), bytes: 1 }
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One approach, accepted at minute 0; the images split at the given minute, where there is one. */
const anExperiment = (settings: object = {}, splitAt?: number) => {
  const spec = experimentSpecSchema.parse({
    name: 'n',
    dataset: 'ds-aaaaaaaaaaaaa',
    approaches: [{ id: 'one', recipe: 'sagemaker-object-detection' }],
    ...settings,
  })
  const dataset = {
    record: {
      writer: 'w',
      id: spec.dataset,
      name: 'd',
      createdAt: minute(0),
      location: 's3://bucket/d/',
      upload: false,
    },
    check: {
      status: 'ready',
      checkedAt: minute(0),
      images: 1,
      boxes: 1,
      classes: [],
      duplicates: [],
      faults: { count: 0, byCode: {}, first: [] },
    },
  }
  const accepted = {
    writer: 'w',
    id,
    createdAt: minute(0),
    installation: 'i',
    environment: 'local',
    spec,
    specSha256: stored.sha256,
    dataset,
  }
  const split = {
    writer: 'w',
    stage: 'split',
    status: 'succeeded',
    startedAt: minute(0),
    endedAt: minute(splitAt ?? 0),
    tries: 1,
    waits: [],
    output: {
      images: { train: 1, validation: 1, test: 1 },
      grouping: {
        asked: { train: 1, validation: 1, test: 1 },
        sets: 0,
        images: 0,
        largest: 0,
        apart: 0,
        withoutKey: 0,
        nearDuplicates: { sets: 0, images: 0, apart: 0 },
      },
      boxes: { train: {}, validation: {}, test: {} },
      manifest: stored,
    },
  }
  return foldExperiment(
    new Map<string, object>([
      ['spec.json', accepted],
      ...(splitAt === undefined ? [] : [['split.json', split] as const]),
    ]),
  )
}

/** Delivers a stage at a minute; answers what was written and what the queue gets. */
const deliver = async (
  experiment: ReturnType<typeof anExperiment>,
  atMinute: number,
  {
    ref = { experimentId: id, stage: 'split' },
    waits = [],
    startedAt = minute(0),
    tryNumber = 1,
  }: Partial<Delivery> = {},
  run: () => Promise<ReturnType<typeof later>> = async () => later({ afterMs: 1, reason: 'r' }),
  classify: (error: unknown) => ErrorClass = () => ({ kind: 'retry' }),
) => {
  const outcomes: Omit<Outcome, 'writer'>[] = []
  const runStage = createRunStage({
    handlers: { split: run, prepare: run },
    loadExperiment: async () => experiment,
    recordOutcome: async (_ref: StageRef, outcome) => outcomes.push(outcome),
    advance: async () => {},
    classify,
    timing: createTiming(1),
  })
  const context: StageContext = {
    log,
    worker: 'w',
    now: () => new Date(minute(atMinute)),
    progress: () => {},
    signal: new AbortController().signal,
  }
  const answer = await runStage({ ref, tryNumber, maxTries: 8, crashes: 0, startedAt, waits }, context)
  return { answer, outcomes }
}

const stageDeadlineMinutes = { split: 30, prepare: 30 }

test('a stage runs until its deadline and fails with it', async () => {
  const experiment = anExperiment({ stageDeadlineMinutes })
  const before = await deliver(experiment, 29)
  expect(before.answer?.later.deadlineAt).toBe(minute(30))
  expect(before.outcomes).toEqual([])
  const { outcomes } = await deliver(experiment, 30)
  expect(outcomes).toMatchObject([{ status: 'failed', reason: { code: 'deadline' } }])
  expect(outcomes[0]?.reason?.message).toContain('split was not done within 30 min')
})

test('the deadline of the experiment counts where it is sooner', async () => {
  const { outcomes } = await deliver(anExperiment({ stageDeadlineMinutes, deadlineHours: 0.25 }), 16)
  expect(outcomes[0]?.reason?.message).toBe('the experiment was not done within 0.25 h')
})

test('waits for quota, credentials and outages do not count, other waits do', async () => {
  const wait = { reason: 'r', since: minute(5), until: minute(25) }
  const experiment = anExperiment({ stageDeadlineMinutes })
  const forQuota = await deliver(experiment, 49, { waits: [{ ...wait, for: 'quota' }] })
  expect(forQuota.answer?.later.deadlineAt).toBe(minute(50))
  const forOther = await deliver(experiment, 49, { waits: [wait] })
  expect(forOther.outcomes).toMatchObject([{ reason: { code: 'deadline' } }])
})

test('the clock of a stage that was delivered too early begins when it could first run', async () => {
  const ref = { experimentId: id, stage: 'prepare', part: 'recordio' } as const
  const { answer } = await deliver(anExperiment({ stageDeadlineMinutes }, 100), 101, { ref, startedAt: minute(1) })
  expect(answer?.later.deadlineAt).toBe(minute(130))
})

test('a fault of our own fails the stage at its second try, with the fault named', async () => {
  const run = async () => {
    throw new TypeError('x is undefined')
  }
  const classify = (): ErrorClass => ({ kind: 'bug', reason: { code: 'bug', message: 'x is undefined' } })
  await expect(deliver(anExperiment(), 1, {}, run, classify)).rejects.toThrow('x is undefined')
  const { outcomes } = await deliver(anExperiment(), 1, { tryNumber: 2 }, run, classify)
  expect(outcomes).toMatchObject([{ status: 'failed', reason: { code: 'bug' } }])
})

test('trouble outside parks a stage and says what kind it is', async () => {
  const run = async () => {
    throw new Error('no')
  }
  const classify = (): ErrorClass => ({ kind: 'wait', for: 'quota', reason: 'waits for quota' })
  const { answer } = await deliver(anExperiment(), 1, {}, run, classify)
  expect(answer?.later).toMatchObject({ for: 'quota', reason: 'waits for quota' })
})
