import {
  type ApproachSpec,
  experimentSpecSchema,
  type Outcome,
  type PrepareOutput,
  type StageOutputs,
} from '@assay/contracts'
import { describe, expect, it } from 'vitest'
import { approachFailure, nextStages, stageKey } from './next-stages.ts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'
import { parseShardName, shardName } from './shards.ts'
import { viewExperiment } from './view.ts'

const time = '2026-01-05T10:00:00.000Z'
const ended = { writer: 'w', startedAt: time, endedAt: time, tries: 1, waits: [] }
const stored = { key: 'data/x', sha256: 'a'.repeat(64), bytes: 1 }

const done = <Stage extends 'split' | 'prepare' | 'train' | 'deploy' | 'infer'>(
  stage: Stage,
  output: Partial<StageOutputs[Stage]> = {},
) => ({ ...ended, stage, status: 'succeeded', output }) as unknown as Outcome<Stage>

const answered = done('infer', { images: 10 })
const failed: Outcome<'infer'> = {
  ...ended,
  stage: 'infer',
  status: 'failed',
  reason: { code: 'inference_failed', message: 'no valid answer' },
}

const shards = (count: number, outcome = answered) =>
  new Map(Array.from({ length: count }, (_, shard) => [shard, outcome] as const))

/** 20 test images and 20 validation images in shards of 10, an endpoint in service. */
const anExperiment = ({
  recipe = 'sagemaker-object-detection',
  ...approach
}: { recipe?: ApproachSpec['recipe'] } & Partial<ApproachRecord>): [ExperimentRecord, ApproachRecord] => {
  const spec = experimentSpecSchema.parse({
    name: 'shards',
    dataset: 'ds-abcdefghijklm',
    inference: { shardImages: 10 },
    approaches: [
      { id: 'one', recipe, ...(recipe === 'jumpstart' && { modelId: 'm' }), endpoint: { maxConcurrency: 3 } },
    ],
  })
  const record: ApproachRecord = {
    id: 'one',
    index: 0,
    spec: spec.approaches[0],
    attempt: 1,
    intents: [],
    train: done('train'),
    deploy: done('deploy'),
    infer: new Map(),
    inferValidation: new Map(),
    ...approach,
  }
  const layout = recipe === 'jumpstart' ? 'jumpstart' : 'recordio'
  const experiment = {
    id: 'abcdefghijklm',
    createdAt: time,
    spec,
    split: done('split', { images: { train: 60, validation: 20, test: 20 }, manifest: stored }),
    prepare: new Map([[layout, done('prepare', { layout } as Partial<PrepareOutput>)]]),
    approaches: [record],
    earlierAttempts: [],
    round: 1,
  } as unknown as ExperimentRecord
  return [experiment, record]
}

const next = (approach: Parameters<typeof anExperiment>[0]) => nextStages(anExperiment(approach)[0]).map(stageKey)

describe('shards', () => {
  it('have names that can be read again; others are refused', () => {
    for (const shard of [
      { part: 'test', shard: 3 },
      { part: 'validation', shard: 12 },
    ] as const)
      expect(parseShardName(shardName(shard))).toEqual(shard)
    for (const name of ['', 'train-1', 'validation-', '-1', '1.5', undefined])
      expect(() => parseShardName(name)).toThrow('a shard such as 3 or validation-0 needed')
  })
  it('of the test images come first, those of the validation images after them, so many at a time as the endpoint takes', () => {
    expect(next({})).toEqual(['one.1.infer.0', 'one.1.infer.1', 'one.1.infer.validation-0'])
    expect(next({ infer: shards(1) })).toEqual([
      'one.1.infer.1',
      'one.1.infer.validation-0',
      'one.1.infer.validation-1',
    ])
  })
  it('of the validation images keep endpoint and evaluation waiting', () => {
    expect(next({ infer: shards(2) })).toEqual(['one.1.infer.validation-0', 'one.1.infer.validation-1'])
    expect(next({ infer: shards(2), inferValidation: shards(2) })).toEqual(['one.1.evaluate', 'one.1.teardown'])
  })
  it('of the validation images are not asked for where training has seen them', () => {
    expect(next({ recipe: 'jumpstart' })).toEqual(['one.1.infer.0', 'one.1.infer.1'])
    expect(next({ recipe: 'jumpstart', infer: shards(2) })).toEqual(['one.1.evaluate', 'one.1.teardown'])
  })
  it('of the validation images may fail without ending the approach; those of the test images may not', () => {
    const [experiment, approach] = anExperiment({ infer: shards(2), inferValidation: shards(2, failed) })
    expect(approachFailure(experiment, approach)).toBeUndefined()
    expect(nextStages(experiment).map(stageKey)).toEqual(['one.1.evaluate', 'one.1.teardown'])
    expect(approachFailure(...anExperiment({ infer: shards(2, failed) }))).toMatchObject({ code: 'inference_failed' })
  })
  it('are shown as one row over the images of both parts', () => {
    const row = (approach: Parameters<typeof anExperiment>[0]) =>
      viewExperiment(anExperiment(approach)[0], new Map()).approaches[0]?.stages.find(({ stage }) => stage === 'infer')
    expect(row({ infer: shards(2), inferValidation: shards(1) })?.progress).toMatchObject({ done: 30, total: 40 })
    expect(row({ recipe: 'jumpstart', infer: shards(1) })?.progress).toMatchObject({ done: 10, total: 20 })
    expect(row({ infer: shards(2), inferValidation: shards(2, failed) })).toMatchObject({ state: 'succeeded' })
  })
})
