import type { ChannelLayout, DatasetCheck, DatasetRecord, Outcome, SplitOutput } from '@assay/contracts'
import { experimentSpecSchema } from '@assay/contracts'
import type { ExperimentRecord, StageContext } from '@assay/pipeline'

const at = '2026-01-02T03:04:05.000Z'

export const aDatasetRecord = (location: string): DatasetRecord => ({
  writer: 'test',
  id: 'ds-aaaaaaaaaaaaa',
  name: 'test',
  createdAt: at,
  location,
  upload: false,
})

/** An experiment as far as its split; `letter` makes another id. */
export const anExperiment = (
  record: DatasetRecord,
  check: DatasetCheck,
  { letter = 'a', split, seed = 100 }: { letter?: string; split?: SplitOutput; seed?: number } = {},
): ExperimentRecord => {
  const outcome: Outcome<'split'> | undefined = split && {
    writer: 'test',
    stage: 'split',
    status: 'succeeded',
    startedAt: at,
    endedAt: at,
    tries: 1,
    waits: [],
    output: split,
  }
  return {
    id: letter.repeat(13),
    createdAt: at,
    spec: experimentSpecSchema.parse({
      name: 'test',
      dataset: record.id,
      split: { seed },
      approaches: [{ id: 'type-1', recipe: 'sagemaker-object-detection' }],
    }),
    specSha256: '0'.repeat(64),
    dataset: { record, check },
    installation: 'test',
    environment: 'local',
    ...(outcome ? { split: outcome } : {}),
    prepare: new Map(),
    approaches: [],
    retries: 0,
    earlierAttempts: [],
    round: 1,
  }
}

export const prepareRef = (experiment: ExperimentRecord, layout: ChannelLayout) => ({
  experimentId: experiment.id,
  stage: 'prepare' as const,
  part: layout,
})

const quiet = () => undefined

/** A delivery's context that says nothing. */
export const aContext = (signal = new AbortController().signal): StageContext => ({
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  signal,
  worker: 'test',
  progress: quiet,
  now: () => new Date(at),
})
