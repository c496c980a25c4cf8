import { experimentSpecSchema, type ExperimentView } from '@assay/contracts'
import { expect, test } from 'vitest'
import { applyEvent } from './apply-event.ts'

const at = '2026-11-23T12:00:00.000Z'
const id = 'aaaaaaaaaaaaa'
const approaches = ['type-1', 'type-2'].map((id) => ({ id, recipe: 'sagemaker-object-detection' as const }))
const view: ExperimentView = {
  id,
  name: 'steel defects',
  state: 'running',
  environment: 'local',
  datasetId: `ds-${id}`,
  createdAt: at,
  stages: [
    { stage: 'prepare', part: 'recordio', state: 'running' },
    { stage: 'prepare', part: 'jumpstart', state: 'queued' },
  ],
  approaches: approaches.map((approach) => ({
    ...approach,
    title: approach.id,
    attempt: 1,
    state: 'running',
    stages: [{ stage: 'deploy', state: 'pending' }],
  })),
  spec: experimentSpecSchema.parse({ name: 'steel defects', dataset: `ds-${id}`, approaches }),
  links: { self: '', events: '', report: '', page: '' },
}

test('nothing is known before a snapshot', () => {
  const event = { type: 'state', at, state: 'failed' } as const
  expect(applyEvent(undefined, event)).toBeUndefined()
  expect(applyEvent(undefined, { type: 'snapshot', experiment: view })).toBe(view)
})

test('a stage takes the place of the one of its name and part', () => {
  const stage = { stage: 'prepare', part: 'recordio', state: 'succeeded' } as const
  const after = applyEvent(view, { type: 'stage', at, stage })
  expect(after?.stages).toContainEqual(stage)
  expect(after?.stages).toHaveLength(view.stages.length)
  expect(after?.stages.find(({ part }) => part === 'jumpstart')).toEqual(
    view.stages.find(({ part }) => part === 'jumpstart'),
  )
})

test('a stage of an approach changes that approach alone', () => {
  const after = applyEvent(view, {
    type: 'stage',
    at,
    approachId: 'type-2',
    stage: { stage: 'deploy', state: 'running' },
  })
  expect(after?.approaches[0]).toEqual(view.approaches[0])
  expect(after?.approaches[1]?.stages).toContainEqual({ stage: 'deploy', state: 'running' })
})

test('a state changes the state', () => {
  expect(applyEvent(view, { type: 'state', at, state: 'canceled' })).toEqual({ ...view, state: 'canceled' })
})
