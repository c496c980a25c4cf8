import { S3Client } from '@aws-sdk/client-s3'
import { approachSpecSchema } from '@assay/contracts'
import { expect, test } from 'vitest'
import { checkApproach } from './check-approach.ts'
import { loadPresets } from './presets.ts'
import { createRecipes, recipeOf } from './recipes.ts'

const recipes = createRecipes({ s3: new S3Client({ region: 'us-east-1' }), region: 'us-east-1', bucket: 'assay' })
const faultsOf = (settings: object) => {
  const spec = approachSpecSchema.parse({ id: 'a', recipe: 'sagemaker-object-detection', ...settings })
  return checkApproach(recipeOf(recipes, spec), spec, { readableBuckets: ['assay'] })
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
  const faults = await faultsOf({ tuning, hyperparameters: { epochs: 9 } })
  expect(faults.map((fault) => fault.pointer)).toEqual([pointer])
})

const categorical = (...values: string[]) => ({ type: 'categorical', values })
const grid = { maxTrials: 4, maxParallel: 2, strategy: 'grid' }
const hyperband = { maxTrials: 4, maxParallel: 2, strategy: 'hyperband' }
test.each([
  [
    { ...grid, ranges: { optimizer: categorical('sgd', 'adam', 'rmsprop') } },
    {},
    '/tuning/maxTrials',
    '4 met; the grid has 3 combinations',
  ],
  [
    { ...hyperband, ranges, resource: { min: 4, max: 4 } },
    { epochs: 9 },
    '/tuning/resource/max',
    '4 met, more than min (4) needed',
  ],
  [{ ...hyperband, ranges, resource: { min: 1, max: 10 } }, { epochs: 9 }, '/tuning/resource/max', 'at most the 9 of'],
  [{ ...hyperband, ranges }, {}, '/tuning/strategy', 'needs a hyperparameter with the number of epochs'],
  [
    { maxTrials: 2, maxParallel: 1, ranges, resource: { min: 1, max: 2 } },
    {},
    '/tuning/resource',
    'only Hyperband shares out epochs',
  ],
  [
    { maxTrials: 2, maxParallel: 1, ranges: { epochs: { type: 'integer', min: 1, max: 9 } } },
    {},
    '/tuning/ranges/epochs',
    'no tuning job vary it',
  ],
  [
    { maxTrials: 2, maxParallel: 1, ranges: { mini_batch_size: { type: 'continuous', min: 8, max: 16 } } },
    {},
    '/tuning/ranges/mini_batch_size',
    'a continuous range met, an integer',
  ],
])('tuning %j with %j is a fault at its place', async (tuning, hyperparameters, place, detail) => {
  const [fault, ...others] = await faultsOf({ tuning, hyperparameters })
  expect(fault).toMatchObject({ pointer: place, detail: expect.stringContaining(detail) })
  expect(others).toEqual([])
})

const rangeFault = (range: object) =>
  approachSpecSchema.safeParse({
    id: 'a',
    recipe: 'sagemaker-object-detection',
    tuning: { maxTrials: 2, maxParallel: 1, ranges: { momentum: range } },
  }).error?.issues.length
test.each([
  { type: 'continuous', min: 0.5, max: 1, scale: 'reverse-logarithmic' },
  { type: 'continuous', min: -0.1, max: 0.9, scale: 'reverse-logarithmic' },
  { type: 'integer', min: 0, max: 9, scale: 'reverse-logarithmic' },
  { type: 'continuous', min: 0, max: 1, scale: 'logarithmic' },
  { type: 'continuous', min: 2, max: 1 },
  categorical('1', '1'),
  categorical(...Array.from({ length: 31 }, (_, index) => String(index))),
])('the range %j is refused by the schema', (range) => {
  expect(rangeFault(range)).toBeGreaterThan(0)
})
test('a reverse-logarithmic range below 1 is taken', () => {
  expect(rangeFault({ type: 'continuous', min: 0.5, max: 0.999, scale: 'reverse-logarithmic' })).toBeUndefined()
})
test('more than 30 ranges are refused', () => {
  const many = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`h${index}`, categorical('1', '2')]))
  const { error } = approachSpecSchema.safeParse({
    id: 'a',
    recipe: 'sagemaker-object-detection',
    tuning: { maxTrials: 2, maxParallel: 1, ranges: many },
  })
  expect(error?.issues[0]?.message).toBe('at most 30 ranges')
})
