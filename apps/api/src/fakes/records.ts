import {
  type DatasetCheck,
  type DatasetRecord,
  type ExperimentSpec,
  experimentSpecSchema,
  type Outcome,
  type Report,
  type StageName,
  type StageOutputs,
  type StoredObject,
} from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'

export const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 23, 12, 0, seconds)).toISOString()

/** The n-th id, in the alphabet of ids. */
export const idOf = (n: number): string =>
  n
    .toString(26)
    .replaceAll(/[0-9]/g, (digit) => String.fromCharCode(112 + Number(digit)))
    .padStart(13, 'a')

export const stored = (key: string): StoredObject => ({ key, sha256: 'a'.repeat(64), bytes: 2 })

export const aDataset = (n = 1, more: Partial<DatasetRecord> = {}): DatasetRecord => ({
  writer: 'w',
  id: `ds-${idOf(n)}`,
  name: `steel ${n}`,
  createdAt: at(0),
  location: `s3://assay/uploads/ds-${idOf(n)}/`,
  upload: true,
  ...more,
})

export const aCheck = (more: Partial<DatasetCheck> = {}): DatasetCheck => ({
  status: 'ready',
  checkedAt: at(5),
  layout: 'voc',
  fingerprint: 'f'.repeat(64),
  images: 180,
  boxes: 412,
  classes: [{ categoryId: 1, name: 'scratch', images: 30, boxes: 71 }],
  duplicates: [],
  faults: { count: 0, byCode: {}, first: [] },
  ...more,
})

const aSpec = (approaches = 2, dataset = `ds-${idOf(1)}`): ExperimentSpec =>
  experimentSpecSchema.parse({
    name: 'steel defects',
    dataset,
    approaches: Array.from({ length: approaches }, (_, index) => ({
      id: `type-${index + 1}`,
      recipe: 'sagemaker-object-detection',
    })),
  })

export const anOutcome = <Stage extends StageName>(
  stage: Stage,
  output?: StageOutputs[Stage],
  more: Partial<Outcome<Stage>> = {},
): Outcome<Stage> => ({
  writer: 'w',
  stage,
  status: 'succeeded',
  startedAt: at(10),
  endedAt: at(20),
  tries: 1,
  waits: [],
  ...(output ? { output } : {}),
  ...more,
})

export const anExperiment = (
  { n = 1, spec = aSpec() }: { n?: number; spec?: ExperimentSpec } = {},
  more: Partial<ExperimentRecord> = {},
): ExperimentRecord => ({
  id: idOf(n),
  createdAt: at(n),
  spec,
  specSha256: 'b'.repeat(64),
  dataset: { record: aDataset(), check: aCheck() },
  installation: 'c'.repeat(13),
  environment: 'local',
  prepare: new Map(),
  approaches: spec.approaches.map((approach, index) => ({
    id: approach.id,
    index,
    spec: approach,
    attempt: 1,
    intents: [],
    infer: new Map(),
    inferValidation: new Map(),
  })),
  retries: 0,
  earlierAttempts: [],
  round: 1,
  ...more,
})

/** One approach whose tuning job runs. */
export const aTunedExperiment = (): ExperimentRecord => {
  const spec = experimentSpecSchema.parse({
    name: 'tuned',
    dataset: `ds-${idOf(1)}`,
    approaches: [
      {
        id: 'type-1',
        recipe: 'sagemaker-object-detection',
        tuning: {
          maxTrials: 3,
          maxParallel: 1,
          ranges: { learning_rate: { type: 'continuous', min: 0.001, max: 0.01 } },
        },
      },
    ],
  })
  const record = anExperiment({ spec })
  const intents = [{ kind: 'tuning-job' as const, name: 'job', writer: 'w', at: at(15) }]
  return { ...record, approaches: record.approaches.map((approach) => ({ ...approach, intents })) }
}

/** A report of one approach whose endpoint was still up when it was written. */
export const aReport = (): Report => ({
  schemaVersion: 1,
  experimentId: idOf(1),
  environment: 'aws',
  costBasis: 'billed seconds × price',
  split: { train: 115, validation: 29, test: 36 },
  approaches: [
    {
      id: 'type-1',
      title: 'Type 1',
      recipe: 'sagemaker-object-detection',
      status: 'succeeded',
      reason: null,
      stats: Array.from({ length: 12 }, () => 0.5),
      perCategoryAP: { 1: 0.5 },
      trainingCostUsd: 1.25,
      reusedFrom: null,
      inference: 'endpoint',
      billableSeconds: 6110,
      wallSeconds: 6200,
      trials: [],
      trialCounts: { completed: 0, failed: 0, stopped: 0 },
      attempt: 1,
      perCategoryAP50: { 1: 0.5 },
      perIouMap: Array.from({ length: 10 }, () => 0.5),
      mapInterval: { low: 0.4, high: 0.6 },
      probabilityBest: 1,
      diagnosis: null,
      predictions: 100,
      latencyMs: null,
      objective: null,
      bestTrial: null,
      curves: [],
      requested: {
        network: 'resnet-50',
        pretrainedOn: null,
        epochs: 100,
        instanceTypes: ['ml.g4dn.xlarge'],
        hyperparameters: {},
        tuning: null,
      },
      actual: null,
      training: null,
      cost: {
        trainingReason: null,
        endpointUsd: null,
        endpointBusySeconds: null,
        endpointBusyUsd: null,
        storageUsd: null,
        endpointReason: 'the endpoint was not gone yet when this was written',
        endpointSeconds: null,
        endpointInstanceType: 'ml.m5.xlarge',
        bestTrialUsd: 1.25,
        spotSavedShare: null,
      },
    },
  ],
  cleanup: null,
  name: 'steel defects',
  dataset: {
    id: `ds-${idOf(1)}`,
    name: 'steel',
    layout: 'voc',
    fingerprint: 'f'.repeat(64),
    images: 180,
    categories: [{ id: 1, name: 'scratch' }],
  },
  splitTable: {
    seed: 100,
    groupBy: null,
    nearDuplicates: 'keep',
    grouping: {
      asked: { train: 115, validation: 29, test: 36 },
      sets: 0,
      images: 0,
      largest: 0,
      apart: 0,
      withoutKey: 0,
      nearDuplicates: { sets: 0, images: 0, apart: 0 },
    },
    parts: [],
  },
  remarks: [],
  verdict: { winner: 'type-1', bargain: 'type-1', sentences: ['Type 1 alone was evaluated.'] },
  comparison: null,
  pareto: ['type-1'],
  pictures: [],
  showPublished: false,
  method: {
    seed: 100,
    splitSeed: 100,
    maxDetections: 100,
    region: 'us-east-1',
    priceTable: { version: '2026-08-20', rates: [], storageRate: null },
    jobs: [],
    splitManifest: 'b'.repeat(64),
  },
  files: [],
})

export const aFinish = (state: 'succeeded' | 'failed' | 'canceled' = 'succeeded'): Outcome<'finish'> =>
  anOutcome('finish', {
    state,
    cleanup: { remaining: [{ kind: 'endpoint', name: 'assay-left-over' }], checkedAt: at(30) },
    bill: {
      microUsd: 1_500_000,
      approaches: [
        {
          approachId: 'type-1',
          microUsd: { scoredTrial: 1_250_000, otherTrials: 0, endpointBusy: 50_000, endpointIdle: 200_000, storage: 0 },
          unpriced: [],
        },
      ],
    },
  })
