import { S3Client } from '@aws-sdk/client-s3'
import { approachSpecSchema } from '@assay/contracts'
import { expect, test } from 'vitest'
import { checkApproach } from './check-approach.ts'
import { loadPresets } from './presets.ts'
import { createRecipes, recipeOf } from './recipes.ts'

const recipes = createRecipes({ s3: new S3Client({ region: 'us-east-1' }), region: 'us-east-1', bucket: 'assay' })
const faultsOf = (settings: object) => {
  const spec = approachSpecSchema.parse({ id: 'a', recipe: 'sagemaker-object-detection', ...settings })
  return checkApproach(recipeOf(recipes, spec), spec)
}

test('the presets have no faults and keep the study settings', async () => {
  const study = loadPresets().find(({ id }) => id === 'study')
  expect(study?.spec.approaches.map((approach) => approach['id'])).toEqual([
    'ddn',
    'type-1',
    'type-1-hpo',
    'type-2',
    'type-2-hpo',
  ])
  const type1 = study?.spec.approaches.filter((approach) => approach.recipe === 'sagemaker-object-detection') ?? []
  expect(await Promise.all(type1.map(faultsOf))).toEqual([[], []])
})

test.each([
  [
    { hyperparameters: { learning_rate: 0 } },
    '/hyperparameters/learning_rate',
    '0 met, a number above 0 and at most 1 needed',
  ],
  [{ hyperparameters: { epochs: 2.5 } }, '/hyperparameters/epochs', '2.5 met, a whole number at least 1 needed'],
  [
    { hyperparameters: { optimizer: 'lion' } },
    '/hyperparameters/optimizer',
    '"lion" met, one of sgd, adam, rmsprop, adadelta needed',
  ],
  [{ hyperparameters: { learning_rte: 0.1 } }, '/hyperparameters/learning_rte', 'no hyperparameter of'],
  [{ instanceTypes: ['ml.m5.xlarge'] }, '/instanceTypes/0', 'trains on ml.p2.*'],
  [{ spot: { maxWaitSeconds: 35_999 } }, '/spot/maxWaitSeconds', '35999 met, at least maxRunSeconds (36000) needed'],
  [
    { endpoint: { instanceTypes: ['ml.m5.xlarge', 'ml.g4dn.xlarge'] } },
    '/endpoint/instanceTypes/1',
    'ml.g4dn.xlarge met, a cpu instance such as ml.m5.xlarge needed',
  ],
])('%j is a fault at its place', async (settings, pointer, detail) => {
  const [fault] = await faultsOf(settings)
  expect(fault?.pointer).toBe(pointer)
  expect(fault?.detail).toContain(detail)
})

test('an instance type twice in a list is refused at the second', () => {
  const { error } = approachSpecSchema.safeParse({
    id: 'a',
    recipe: 'jumpstart',
    modelId: 'm',
    instanceTypes: ['ml.g5.xlarge', 'ml.g4dn.xlarge', 'ml.g5.xlarge'],
  })
  expect(error?.issues).toMatchObject([
    { path: ['instanceTypes', 2], message: expect.stringContaining('each type once') as string },
  ])
})

const ranges = { learning_rate: { type: 'continuous', min: 0.0001, max: 0.01 } }
test.each([
  [{ maxTrials: 2, maxParallel: 3, ranges }, '/tuning/maxParallel'],
  [{ maxTrials: 2, maxParallel: 1, strategy: 'grid', ranges }, '/tuning/ranges/learning_rate/type'],
  [
    { maxTrials: 2, maxParallel: 1, ranges: { learning_rate: { type: 'continuous', min: 0.1, max: 2 } } },
    '/tuning/ranges/learning_rate',
  ],
  [
    { maxTrials: 2, maxParallel: 1, ranges, objective: { metric: 'loss', direction: 'minimize' } },
    '/tuning/objective/metric',
  ],
  [{ maxTrials: 2, maxParallel: 1, strategy: 'hyperband', earlyStopping: true, ranges }, '/tuning/earlyStopping'],
])('tuning %j is a fault at its place', async (tuning, pointer) => {
  expect((await faultsOf({ tuning })).map((fault) => fault.pointer)).toEqual([pointer])
})
