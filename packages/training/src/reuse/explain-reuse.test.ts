import type { Trained, TrainingFields } from '@assay/contracts'
import { expect, test } from 'vitest'
import { explainReuse } from './explain-reuse.ts'

const sha256 = 'a'.repeat(64)

const fields: TrainingFields = {
  recipe: 'sagemaker-object-detection',
  image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/object-detection:1',
  inputMode: 'File',
  metricDefinitions: {},
  networkIsolation: false,
  environment: {},
  hyperparameters: { epochs: '30', learning_rate: '0.001' },
  tuning: null,
  dataset: sha256,
  layout: 'recordio',
  channels: { train: { content: 'b' }, validation: { content: 'c' } },
  instanceFamilies: ['g4dn'],
  spot: false,
  seed: 100,
}

const trained = (change: Partial<TrainingFields> = {}, trainedAt = '2026-01-01T00:00:00.000Z'): Trained => ({
  writer: 'w',
  fields: { ...fields, ...change },
  experimentId: 'abcdefghijklm',
  approachId: 'a',
  attempt: 1,
  trainedAt,
  output: {
    jobName: 'j',
    kind: 'training',
    trials: [],
    best: 'j',
    modelArtifact: 's3://assay/model.tar.gz',
    curves: [],
    wallSeconds: 1,
    describes: { key: 'k', sha256, bytes: 1 },
  },
})

test('the same fields are a hit', () => {
  const earlier = trained()
  expect(explainReuse(fields, [trained({ seed: 1 }), earlier])).toEqual({ reuse: 'hit', trained: earlier })
})

const tuning = { strategy: 'random' as const, maxTrials: 2, maxParallel: 1, ranges: {}, earlyStopping: false, seed: 1 }
test.each([
  [{ image: 'another:1' }, ['image']],
  [{ inputMode: 'Pipe' }, ['inputMode']],
  [{ metricDefinitions: { loss: '(.*)' } }, ['metricDefinitions.loss']],
  [{ networkIsolation: true }, ['networkIsolation']],
  [{ environment: { A: 'b' } }, ['environment.A']],
  [{ hyperparameters: { epochs: '31', learning_rate: '0.001' } }, ['hyperparameters.epochs']],
  [{ hyperparameters: { epochs: '30' } }, ['hyperparameters.learning_rate']],
  [{ dataset: 'd'.repeat(64) }, ['dataset']],
  [{ layout: 'coco' as const }, ['layout']],
  [{ channels: { train: { content: 'x' }, validation: { content: 'c' } } }, ['channels.train.content']],
  [{ instanceFamilies: ['g4dn', 'g5'] }, ['instanceFamilies']],
  [{ spot: true }, ['spot']],
  [{ seed: 101 }, ['seed']],
  [{ recipe: 'jumpstart' }, ['recipe']],
])('%j is a miss because of just that', (change, differs) => {
  const earlier = trained(change)
  expect(explainReuse(fields, [earlier])).toEqual({ reuse: 'miss', nearest: earlier, differs })
})

test('tuned instead of trained, every setting of the search is named', () => {
  expect(
    explainReuse({ ...fields, tuning }, [trained({ tuning: { ...tuning, maxTrials: 3, seed: 2 } })]),
  ).toMatchObject({
    differs: ['tuning.maxTrials', 'tuning.seed'],
  })
})

test('the nearest is the one with the fewest differences, the newer of equals; without any nothing is named', () => {
  const far = trained({ seed: 1, spot: true })
  const newer = trained({ seed: 2 }, '2026-02-01T00:00:00.000Z')
  expect(explainReuse(fields, [far, newer, trained({ seed: 3 })])).toEqual({
    reuse: 'miss',
    nearest: newer,
    differs: ['seed'],
  })
  expect(explainReuse(fields, [])).toEqual({ reuse: 'miss', differs: [] })
})
