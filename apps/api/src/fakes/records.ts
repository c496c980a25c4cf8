import {
  type DatasetCheck,
  type DatasetRecord,
  type ExperimentSpec,
  experimentSpecSchema,
  type Outcome,
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
    closed: false,
    intents: [],
    infer: new Map(),
  })),
  earlierAttempts: [],
  round: 1,
  ...more,
})

export const aFinish = (state: 'succeeded' | 'failed' | 'canceled' = 'succeeded'): Outcome<'finish'> =>
  anOutcome('finish', {
    state,
    cleanup: { remaining: [{ kind: 'endpoint', name: 'assay-left-over' }], checkedAt: at(30) },
    bill: { totalUsd: 1.5, approaches: [] },
  })
