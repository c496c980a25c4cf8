import { experimentSpecSchema } from '@assay/contracts'
import { expect, test } from 'vitest'
import { extendedSpec } from './extended-spec.ts'

const spec = experimentSpecSchema.parse({
  name: 'steel',
  dataset: 'ds-aaaaaaaaaaaaa',
  budget: { maxUsd: 40 },
  deadlineHours: 5,
  approaches: [
    {
      id: 'tuned',
      recipe: 'sagemaker-object-detection',
      maxRunSeconds: 600,
      tuning: { maxTrials: 20, maxParallel: 10, ranges: { lr: { type: 'continuous', min: 1, max: 2 } } },
    },
    { id: 'fixed', recipe: 'sagemaker-object-detection' },
  ],
})

test('an extension keeps budget, time limit and deadline, so that its submission is held to them', () => {
  const extended = experimentSpecSchema.parse(extendedSpec({ id: 'aaaaaaaaaaaaa', spec }, 'tuned', 3))
  expect(extended).toMatchObject({ budget: { maxUsd: 40 }, deadlineHours: 5 })
  expect(extended.approaches).toMatchObject([
    {
      id: 'tuned',
      maxRunSeconds: 600,
      tuning: { maxTrials: 3, maxParallel: 3, warmStart: { from: ['aaaaaaaaaaaaa/tuned'] } },
    },
  ])
})

test('what was not tuned cannot be extended', () => {
  expect(() => extendedSpec({ id: 'aaaaaaaaaaaaa', spec }, 'fixed', 3)).toThrow('fixed was not tuned')
})
