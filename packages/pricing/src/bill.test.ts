import { experimentSpecSchema, type Outcome, type StageName, type StageOutputs, type Trial } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { describe, expect, it } from 'vitest'
import { billOf, projectedMicroUsd } from './bill.ts'

const region = 'us-east-1'
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()
const [spec] = experimentSpecSchema.parse({
  name: 'x',
  dataset: 'ds-aaaaaaaaaaaaa',
  approaches: [{ id: 'tuned', recipe: 'pytorch-script', volumeGb: 73 }],
}).approaches

const ended = <Stage extends StageName>(stage: Stage, output: object): Outcome<Stage> => ({
  writer: 'w',
  stage,
  status: 'succeeded',
  startedAt: at(0),
  endedAt: at(10),
  tries: 1,
  waits: [],
  output: output as StageOutputs[Stage],
})

const aTrial = (name: string, billableSeconds: number): Trial => ({
  name,
  status: 'Completed',
  instanceType: 'ml.m5.xlarge',
  instanceCount: 1,
  billableSeconds,
  hyperparameters: {},
})

const anAttempt = (more: Partial<ApproachRecord> = {}): ApproachRecord => ({
  id: 'tuned',
  index: 0,
  spec: spec,
  attempt: 1,
  intents: [],
  infer: new Map(),
  inferValidation: new Map(),
  ...more,
})

const train = ended('tune', { trials: [aTrial('lost', 3600), aTrial('best', 7200)], best: 'best' })
const infer = new Map([[0, { ...ended('infer', {}), startedAt: at(100), endedAt: at(1900) }]])
const teardown = ended('teardown', { endpointSeconds: 3600, endpointInstanceType: 'ml.m5.xlarge' })
const billed = (
  attempt: ApproachRecord,
  more: Partial<Pick<ExperimentRecord, 'earlierAttempts' | 'prices'>> = {},
  running?: Parameters<typeof billOf>[2],
) => billOf({ approaches: [attempt], earlierAttempts: [], ...more }, region, running)

describe('a bill', () => {
  it('tells the scored trial from the others, an endpoint at work from an idle one, and volumes from instances', () => {
    expect(billed(anAttempt({ train, infer, teardown }))).toEqual({
      microUsd: 2 * 230_000 + 230_000 + 230_000 + 42_000,
      approaches: [
        {
          approachId: 'tuned',
          microUsd: {
            scoredTrial: 460_000,
            otherTrials: 230_000,
            endpointBusy: 115_000,
            endpointIdle: 115_000,
            storage: 42_000,
          },
          unpriced: [],
        },
      ],
    })
  })
  it('uses the prices that the experiment keeps, whatever the table says', () => {
    const rate = { instanceType: 'ml.m5.xlarge', region, microUsdPerHour: 1_000_000, source: 's', date: '2020-01-01' }
    const prices = {
      rates: [
        { ...rate, use: 'training' as const },
        { ...rate, use: 'hosting' as const },
      ],
      storageRate: null,
    }
    expect(billed(anAttempt({ train, infer, teardown }), { prices }).approaches[0]?.microUsd).toMatchObject({
      scoredTrial: 2_000_000,
      endpointIdle: 500_000,
      storage: 42_000,
    })
  })
  it('names what has no price instead of counting it as free', () => {
    const odd = ended('tune', { trials: [{ ...aTrial('best', 10), instanceType: 'ml.p9.huge' }], best: 'best' })
    expect(billed(anAttempt({ train: odd })).approaches[0]?.unpriced).toEqual([
      'no training price is known for ml.p9.huge in us-east-1',
    ])
  })
  it('counts a training once that a later attempt keeps, and what a failed attempt left behind', () => {
    const kept = billed(anAttempt({ attempt: 2, train }), { earlierAttempts: [anAttempt({ train })] })
    expect(kept.approaches[0]?.microUsd.scoredTrial).toBe(460_000)
    const failed = anAttempt({ teardown: ended('teardown', { jobs: [aTrial('failed', 3600)] }) })
    expect(
      billed(anAttempt({ attempt: 2, train }), { earlierAttempts: [failed] }).approaches[0]?.microUsd,
    ).toMatchObject({
      scoredTrial: 460_000,
      otherTrials: 460_000,
    })
  })
  it('counts what runs by its seconds so far', () => {
    const intents = [{ writer: 'w', kind: 'endpoint' as const, name: 'n', at: at(0) }]
    const running = { nowMs: Date.parse(at(3600)), trials: new Map([['tuned.1', [aTrial('young', 1800)]]]) }
    expect(billed(anAttempt({ intents }), {}, running).approaches[0]?.microUsd).toMatchObject({
      otherTrials: 115_000,
      endpointIdle: 230_000,
    })
    expect(billed(anAttempt({ intents })).microUsd).toBe(0)
  })
})

describe('a projection', () => {
  const expected = [{ approachId: 'tuned', training: 900_000, endpoint: 100_000, storage: 10_000 }]
  const projected = (attempt: ApproachRecord) => projectedMicroUsd({ approaches: [attempt], expected }, billed(attempt))

  it('is the plan before anything ran, and what was spent once it has ended', () => {
    expect(projected(anAttempt())).toBe(1_010_000)
    const done = anAttempt({ train, infer, teardown })
    expect(projected(done)).toBe(billed(done).microUsd)
  })
  it('takes a training that has ended as it was and an endpoint that is to come as planned', () => {
    expect(projected(anAttempt({ train }))).toBe(690_000 + 42_000 + 100_000)
  })
  it('is nothing where nothing was planned', () => {
    expect(projectedMicroUsd({ approaches: [anAttempt()] }, billed(anAttempt()))).toBeNull()
  })
})
