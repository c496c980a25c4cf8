import { experimentSpecSchema } from '@assay/contracts'
import { foldExperiment } from '../fold.ts'
import type { ExperimentRecord } from '../record.ts'

const at = '2026-01-01T00:00:00.000Z'
const id = 'aaaaaaaaaaaaa'

/** Accepted, and nothing done yet. */
export const anExperiment = (): ExperimentRecord => {
  const spec = experimentSpecSchema.parse({
    name: 'test',
    dataset: 'ds-aaaaaaaaaaaaa',
    approaches: [{ id: 'one', recipe: 'sagemaker-object-detection' }],
  })
  const record = { writer: 'w', id: spec.dataset, name: 'd', createdAt: at, location: 's3://bucket/d/', upload: false }
  const faults = { count: 0, byCode: {}, first: [] }
  const check = { status: 'ready', checkedAt: at, images: 9, boxes: 9, classes: [], duplicates: [], faults }
  const accepted = {
    writer: 'w',
    id,
    createdAt: at,
    installation: 'bbbbbbbbbbbbb',
    environment: 'local',
    spec,
    specSha256: 'a'.repeat(64),
    dataset: { record, check },
  }
  const experiment = foldExperiment(new Map([['spec.json', accepted]]))
  if (!experiment) throw new Error('there is no experiment')
  return experiment
}
