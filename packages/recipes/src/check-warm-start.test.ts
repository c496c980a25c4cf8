import { S3Client } from '@aws-sdk/client-s3'
import { approachSpecSchema, splitSpecSchema } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import { expect, test } from 'vitest'
import { checkWarmStart } from './check-warm-start.ts'
import { createRecipes, recipeOf } from './recipes.ts'

const recipes = createRecipes({ s3: new S3Client({ region: 'us-east-1' }), region: 'us-east-1', bucket: 'assay' })
const split = splitSpecSchema.parse({})
const parentId = 'a'.repeat(13)
const from = `${parentId}/tuned`
const ranges = { learning_rate: { type: 'continuous', min: 0.0001, max: 0.01 } }
const aSpec = ({ tuning = {}, ...settings }: { tuning?: object; [name: string]: unknown } = {}) =>
  approachSpecSchema.parse({
    id: 'tuned',
    recipe: 'sagemaker-object-detection',
    hyperparameters: { epochs: 9 },
    tuning: { maxTrials: 2, maxParallel: 1, ranges, ...tuning },
    ...settings,
  })

/** As much of an experiment as is looked at. */
const aParent = (approach: object = {}, fingerprint = 'f') =>
  ({
    id: parentId,
    spec: { split },
    dataset: { check: { fingerprint } },
    approaches: [{ id: 'tuned', spec: aSpec(), train: { output: { kind: 'tuning', jobName: 'j' } }, ...approach }],
  }) as unknown as ExperimentRecord

const faultsOf = async (child: object, parent: ExperimentRecord | undefined, mode = 'identical-data-and-algorithm') => {
  const spec = aSpec({
    ...child,
    tuning: { ...(child as { tuning?: object }).tuning, warmStart: { from: [from], mode } },
  })
  return checkWarmStart(recipeOf(recipes, spec), { spec, split, fingerprint: 'f' }, async () => parent)
}

test('the same task with other bounds, trials and instances may start warm', async () => {
  const other = { learning_rate: { type: 'continuous', min: 0.001, max: 0.1 } }
  const child = { instanceTypes: ['ml.g5.xlarge'], tuning: { maxTrials: 9, ranges: other } }
  expect(await faultsOf(child, aParent())).toEqual([])
})

test('a hyperparameter that was fixed may be tuned, as long as there are as many in all', async () => {
  const swapped = {
    hyperparameters: { learning_rate: 0.01 },
    tuning: { ranges: { mini_batch_size: { type: 'integer', min: 8, max: 16 } } },
  }
  expect(await faultsOf(swapped, aParent())).toEqual([])
})

test.each([
  ['there is no experiment', {}, undefined],
  ['has no approach tuned', {}, aParent({ id: 'other' })],
  ['was not tuned', {}, aParent({ spec: { ...aSpec(), tuning: undefined } })],
  ['its tuning has not ended with a trial', {}, aParent({ train: undefined })],
  ['is of recipe container', {}, aParent({ spec: { ...aSpec(), recipe: 'container' } })],
  [
    'optimised val:x (minimize), this approach validation:mAP (maximize)',
    {},
    aParent({ spec: aSpec({ tuning: { objective: { metric: 'val:x', direction: 'minimize' } } }) }),
  ],
  [
    'has 2 hyperparameters, fixed and tuned together (epochs, learning_rate), this approach 3',
    { hyperparameters: { epochs: 9, momentum: 0.9 } },
    aParent(),
  ],
  ['its algorithm differs', { channels: 'image-json' }, aParent()],
  ['was trained on other data', {}, aParent({}, 'g')],
])('%s is a fault of the parent', async (detail, child, parent) => {
  const [fault, ...others] = await faultsOf(child, parent)
  expect(fault?.pointer).toBe('/tuning/warmStart/from/0')
  expect(fault?.detail).toContain(detail)
  expect(others).toEqual([])
})

test('transfer learning may use other data and another layout', async () => {
  expect(await faultsOf({ channels: 'image-json' }, aParent({}, 'g'), 'transfer-learning')).toEqual([])
})
