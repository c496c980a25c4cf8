import { type ExperimentView, experimentSpecSchema } from '@assay/contracts'

const id = 'aaaaaaaaaaaaa'

/** Two approaches under way. */
export const anExperimentView = (more: Partial<ExperimentView> = {}): ExperimentView => ({
  id,
  name: 'steel defects',
  state: 'running',
  environment: 'local',
  datasetId: `ds-${id}`,
  createdAt: '2026-11-23T12:00:00.000Z',
  stages: [
    { stage: 'split', state: 'succeeded', startedAt: '2026-11-23T12:00:01.000Z', endedAt: '2026-11-23T12:00:04.000Z' },
    { stage: 'prepare', part: 'recordio', state: 'running' },
    { stage: 'prepare', part: 'jumpstart', state: 'queued' },
    { stage: 'report', state: 'pending' },
    { stage: 'finish', state: 'pending' },
  ],
  approaches: ['type-1', 'type-2'].map((id) => ({
    id,
    title: id,
    recipe: 'jumpstart',
    attempt: 1,
    state: 'running',
    stages: [
      { stage: 'tune', state: 'pending' },
      { stage: 'deploy', state: 'pending' },
      { stage: 'infer', state: 'pending' },
      { stage: 'evaluate', state: 'pending' },
      { stage: 'teardown', state: 'pending' },
    ],
  })),
  spec: experimentSpecSchema.parse({
    name: 'steel defects',
    dataset: `ds-${id}`,
    approaches: [{ id: 'type-1', recipe: 'jumpstart', modelId: 'some-model' }],
  }),
  links: { self: `/v1/experiments/${id}`, events: '', report: `/v1/experiments/${id}/report`, page: '' },
  ...more,
})
