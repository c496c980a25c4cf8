import { createHash } from 'node:crypto'
import {
  type CocoResults,
  type DatasetManifest,
  diagnosisSchema,
  experimentSpecSchema,
  type InferOutput,
  type Outcome,
  reportSchema,
  type SplitManifest,
  type StageName,
  type StageOutputs,
  type StoredObject,
  type TrainOutput,
  picturesFileSchema,
} from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { type ApproachRecord, type ExperimentRecord, isLater, type StageContext } from '@assay/pipeline'
import { verifyFolder } from '@assay/report'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { createEvaluate } from './evaluate.ts'
import { judgeInline } from './judge.ts'
import { createReport } from './report.ts'

const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

/** A bulk store in memory, with the keys of the real one. */
const aBulkStore = (): BulkStore => {
  const contents = new Map<string, Uint8Array>()
  const put: BulkStore['put'] = async (experimentId, name, content) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    const sha256 = hashOf(bytes)
    const key = `data/${experimentId}/${name}-${sha256}`
    contents.set(key, bytes)
    return { key, sha256, bytes: bytes.byteLength }
  }
  const get = async ({ key }: StoredObject) => {
    const bytes = contents.get(key)
    if (!bytes) throw new Error(`${key} is missing`)
    return bytes
  }
  return {
    put,
    exists: async (key) => contents.has(key),
    putJson: (experimentId, name, value) => put(experimentId, name, JSON.stringify(value)),
    get,
    getJson: async (object) => JSON.parse(new TextDecoder().decode(await get(object))) as unknown,
  }
}

const context: StageContext = {
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  signal: new AbortController().signal,
  worker: 'w',
  progress: () => {},
  now: () => new Date(0),
}

const time = '2026-01-05T10:00:00.000Z'
const done = <Stage extends StageName>(stage: Stage, output: StageOutputs[Stage]): Outcome<Stage> => ({
  writer: 'w',
  stage,
  status: 'succeeded',
  output,
  startedAt: time,
  endedAt: time,
  tries: 1,
  waits: [],
})

/** Ten images of two classes, ids 11 to 20; the last four are the test part. */
const manifest: DatasetManifest = {
  schemaVersion: 1,
  layout: 'coco',
  bucket: 'data-sets',
  categories: [
    { id: 3, name: 'dent' },
    { id: 7, name: '<b>=hole' },
  ],
  images: Array.from({ length: 10 }, (_, index) => ({
    id: 11 + index,
    file: `${index}.png`,
    key: `set/${index}.png`,
    sha256: hashOf(`image ${index}`),
    bytes: 100,
    widthPx: 640,
    heightPx: 480,
    format: 'png' as const,
    objects: [{ categoryId: index % 2 === 0 ? 3 : 7, box: [10, 20, 100, 80] as [number, number, number, number] }],
  })),
}
const split: SplitManifest = {
  schemaVersion: 1,
  seed: 100,
  datasetFingerprint: hashOf('fingerprint'),
  images: manifest.images.map(({ id, file, sha256 }, index) => ({
    id,
    file,
    sha256,
    part: index < 5 ? 'train' : index < 6 ? 'validation' : 'test',
  })),
}

const perfect: CocoResults = split.images.flatMap(({ id, part }, index) =>
  part === 'test' ? [{ image_id: id, category_id: index % 2 === 0 ? 3 : 7, bbox: [10, 20, 100, 80], score: 0.9 }] : [],
)

const spec = experimentSpecSchema.parse({
  name: 'two classes',
  dataset: 'ds-abcdefghijklm',
  approaches: [
    { id: 'good', recipe: 'sagemaker-object-detection' },
    { id: 'broken', recipe: 'sagemaker-object-detection' },
  ],
})

const infer = async (bulk: BulkStore, shard: number, results: CocoResults, images: number): Promise<InferOutput> => ({
  images,
  predictions: results.length,
  results: await bulk.putJson('abcdefghijklm', `shard-${shard}.json`, results),
  failed: [],
  latencyMs: { p50: 5, p95: 9 },
  worker: 'w',
})

const train = async (bulk: BulkStore): Promise<TrainOutput> => {
  const name = 'assay-abcdefghijklm-good-1'
  const resources = { InstanceType: 'ml.g4dn.xlarge', InstanceCount: 1, VolumeSizeInGB: 50 }
  const jobs = [{ TrainingJobName: name, BillableTimeInSeconds: 90, ResourceConfig: resources }]
  return {
    jobName: name,
    kind: 'training',
    trials: [
      {
        name,
        status: 'Completed',
        instanceType: 'ml.g4dn.xlarge',
        instanceCount: 1,
        billableSeconds: 90,
        hyperparameters: {},
      },
    ],
    best: name,
    modelArtifact: 's3://assay/model.tar.gz',
    curves: [],
    wallSeconds: 100,
    describes: await bulk.putJson('abcdefghijklm', 'describes.json', { trainingJobs: jobs }),
  }
}

const anExperiment = async (bulk: BulkStore, shards: readonly InferOutput[], validation: Outcome<'infer'>) => {
  const base = { attempt: 1, intents: [] }
  const failed = { writer: 'w', status: 'failed' as const, startedAt: time, endedAt: time, tries: 1, waits: [] }
  const good: ApproachRecord = {
    ...base,
    id: 'good',
    index: 0,
    spec: spec.approaches[0],
    train: done('train', await train(bulk)),
    infer: new Map(shards.map((output, shard) => [shard, done('infer', output)])),
    inferValidation: new Map([[0, validation]]),
  }
  const broken: ApproachRecord = {
    ...base,
    id: 'broken',
    index: 1,
    spec: spec.approaches[1],
    train: { ...failed, stage: 'train', reason: { code: 'capacity', message: 'no instance was to be had' } },
    infer: new Map(),
    inferValidation: new Map(),
  }
  const channelOf = (name: 'train' | 'validation') => ({
    name,
    images: split.images.flatMap(({ id, sha256, part }) => (part === name ? [{ id, sha256 }] : [])),
    leftOut: 0,
  })
  const experiment: ExperimentRecord = {
    id: 'abcdefghijklm',
    createdAt: time,
    spec,
    specSha256: hashOf('spec'),
    dataset: {
      record: {
        writer: 'w',
        id: 'ds-abcdefghijklm',
        name: 'set',
        createdAt: time,
        location: 's3://data-sets/set/',
        upload: false,
      },
      check: {
        status: 'ready',
        checkedAt: time,
        images: 10,
        boxes: 10,
        classes: [],
        duplicates: [],
        manifest: await bulk.putJson('abcdefghijklm', 'manifest.json', manifest),
        faults: { count: 0, byCode: {}, first: [] },
      },
    },
    installation: 'i',
    environment: 'local',
    split: done('split', {
      images: { train: 5, validation: 1, test: 4 },
      grouping: {
        asked: { train: 5, validation: 1, test: 4 },
        sets: 0,
        images: 0,
        largest: 0,
        apart: 0,
        withoutKey: 0,
        nearDuplicates: { sets: 0, images: 0, apart: 0 },
      },
      boxes: { train: { 3: 3, 7: 2 }, validation: { 7: 1 }, test: { 3: 2, 7: 2 } },
      manifest: await bulk.putJson('abcdefghijklm', 'split.json', split),
    }),
    prepare: new Map([
      [
        'recordio',
        done('prepare', {
          layout: 'recordio',
          channels: [],
          classes: [3, 7],
          trainImages: 5,
          seenParts: ['train', 'validation'],
          maxObjects: 1,
          contents: await bulk.putJson('abcdefghijklm', 'contents.json', {
            schemaVersion: 1,
            channels: [channelOf('train'), channelOf('validation')],
          }),
        }),
      ],
    ]),
    approaches: [good, broken],
    retries: 0,
    earlierAttempts: [],
    round: 1,
  }
  return { experiment, good, broken }
}

/** The validation image (16) holds one object of class 7: it is found from .6 on, beside a false box at .4. */
const onValidation: CocoResults = [
  { image_id: 16, category_id: 7, bbox: [10, 20, 100, 80], score: 0.6 },
  { image_id: 16, category_id: 7, bbox: [300, 300, 50, 50], score: 0.4 },
]

interface Validation {
  results?: CocoResults
  /** Ends the shard of the validation images in failure. */
  failing?: boolean
}

const evaluateShards = async (
  shards: readonly (readonly [CocoResults, number])[],
  { results = onValidation, failing = false }: Validation = {},
) => {
  const bulk = aBulkStore()
  const outputs = await Promise.all(shards.map(([results, images], shard) => infer(bulk, shard, results, images)))
  const answered = done('infer', await infer(bulk, 9, results, 1))
  const { output: _, ...failed } = {
    ...answered,
    status: 'failed' as const,
    reason: { code: 'inference_failed', message: '1 of 1 images got no valid answer' },
  }
  const { experiment, good, broken } = await anExperiment(bulk, outputs, failing ? failed : answered)
  const ref = { experimentId: experiment.id, stage: 'evaluate' as const, approachId: 'good', attempt: 1 }
  const output = await createEvaluate({ bulk, judge: judgeInline })({ ref, experiment, approach: good }, context)
  if (isLater(output)) throw new Error('evaluate waits for nothing')
  return { bulk, experiment, good, broken, output }
}

describe('the evaluate stage', () => {
  it('scores the answers of all shards together', async () => {
    const { output, bulk } = await evaluateShards([
      [perfect.slice(0, 2), 2],
      [perfect.slice(2), 2],
    ])
    expect(output.stats[0]).toBeCloseTo(1, 12)
    expect(output.perCategoryAP).toEqual({ 3: expect.closeTo(1, 12) as number, 7: expect.closeTo(1, 12) as number })
    expect(await bulk.getJson(output.predictions)).toEqual(perfect)
    expect(await bulk.getJson(output.details)).toMatchObject({ calibrationError: expect.closeTo(0.1, 9) as number })
  })
  it('counts images without a box as answered', async () => {
    const { output } = await evaluateShards([[perfect.slice(0, 2), 4]])
    expect(output.stats[0]).toBeCloseTo(0.5, 1)
  })
  it.each([
    [
      'an image answered by two shards',
      [
        [perfect, 4],
        [perfect.slice(0, 1), 0],
      ],
      'answered_twice',
    ],
    ['too few images', [[perfect, 3]], 'images_not_answered'],
    ['a training image', [[[{ ...perfect[0], image_id: 11 }], 4]], 'not_a_test_image'],
  ] as const)('refuses %s for good', async (_, shards, code) => {
    await expect(evaluateShards(shards as unknown as (readonly [CocoResults, number])[])).rejects.toMatchObject({
      name: 'PermanentError',
      code,
    })
  })
})

describe('the threshold', () => {
  const threshold = async ({ bulk, output }: Awaited<ReturnType<typeof evaluateShards>>) =>
    diagnosisSchema.parse(await bulk.getJson(output.details))

  it('is the best on validation, whatever test would have liked, and its rates are those on test', async () => {
    // On test the best would be .3: four right, none wrong. From .6 on only two are left.
    const results = perfect.map((box, index) => ({ ...box, score: index < 2 ? 0.9 : 0.3 }))
    const { threshold: chosen, confusion } = await threshold(await evaluateShards([[results, 4]]))
    expect(chosen).toEqual({
      chosenOn: 'validation',
      confidence: 0.6,
      validation: { precision: 1, recall: 1, f1: 1 },
      test: { precision: 1, recall: 0.5, f1: 2 / 3 },
    })
    expect(confusion).toMatchObject({
      confidence: 0.6,
      matrix: [
        [1, 0, 1],
        [0, 1, 1],
        [0, 0, 0],
      ],
    })
  })
  it('is left out with the reason where the validation images were not answered; the numbers stay', async () => {
    const lacking = await evaluateShards([[perfect, 4]], { failing: true })
    const whole = await evaluateShards([[perfect, 4]])
    expect((await threshold(lacking)).threshold).toEqual({
      chosenOn: 'nothing',
      reason: 'validation shard 0 has no results: 1 of 1 images got no valid answer',
    })
    expect(lacking.output.validationPredictions).toBeUndefined()
    expect(lacking.output.stats).toEqual(whole.output.stats)
  })
  it('is left out where nothing is found on validation', async () => {
    const { threshold: chosen } = await threshold(await evaluateShards([[perfect, 4]], { results: [] }))
    expect(chosen).toEqual({ chosenOn: 'nothing', reason: 'it finds no object of the validation images' })
  })
  it('is left out where a validation shard answers another image', async () => {
    const { threshold: chosen } = await threshold(
      await evaluateShards([[perfect, 4]], { results: perfect.slice(0, 1) }),
    )
    expect(chosen).toMatchObject({
      chosenOn: 'nothing',
      reason: expect.stringContaining('no validation image') as string,
    })
  })
})

describe('the report stage', () => {
  it('writes a report that its own folder verifies, with the failed approach and its reason', async () => {
    const { bulk, experiment, good, broken, output } = await evaluateShards([[perfect, 4]])
    const evaluated = { ...experiment, approaches: [{ ...good, evaluate: done('evaluate', output) }, broken] }
    const grey = { create: { width: 900, height: 700, channels: 3 as const, background: '#888' } }
    const readImage = async () => new Uint8Array(await sharp(grey).png().toBuffer())
    const written = await createReport({ bulk, judge: judgeInline, region: 'us-east-1', readImage })(
      { ref: { experimentId: experiment.id, stage: 'report', part: '1' }, experiment: evaluated },
      context,
    )
    if (isLater(written)) throw new Error('the report waits for nothing')
    const files = new Map(written.files.map(({ path, object }) => [path, object]))
    expect([...files.keys()].sort()).toEqual([
      'channels/recordio.json',
      'describes/good.json',
      'ground-truth.coco.json',
      'ground-truth.validation.coco.json',
      'predictions/good.coco.json',
      'predictions/good.validation.coco.json',
      'report.json',
      'split.json',
    ])
    const checks = await verifyFolder(async (path) => {
      const object = files.get(path)
      return object && bulk.get(object)
    })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])

    const report = reportSchema.parse(await bulk.getJson(written.json))
    expect(report.approaches.map(({ status, reason }) => [status, reason?.message])).toEqual([
      ['succeeded', undefined],
      ['failed', 'no instance was to be had'],
    ])
    expect(report.approaches[0]?.trainingCostUsd).toBe(0.01841)
    expect(report.pictures.map(({ categoryId, models }) => [categoryId, models[0]?.foundAt])).toEqual([
      [3, [0.9]],
      [7, [0.9]],
    ])
    const pictures = picturesFileSchema.parse(await bulk.getJson(written.pictures))
    expect(Object.keys(pictures).map(Number)).toEqual(report.pictures.map(({ imageId }) => imageId))
    for (const uri of Object.values(pictures)) expect(uri).toMatch(/^data:image\/webp;base64,/)
  })
})
