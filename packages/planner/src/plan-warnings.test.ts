import { experimentSpecSchema } from '@assay/contracts'
import type { Recipes } from '@assay/recipes'
import { expect, it } from 'vitest'
import { planWarnings } from './plan-warnings.ts'

const recipes = {
  'sagemaker-object-detection': {
    title: 'Built-in',
    lifeCycle: () => ({ state: 'current', note: '' }),
    defaultInstanceTypes: ['ml.g4dn.xlarge'],
  },
} as unknown as Recipes

it('says what the split keeps together, what that costs and what it leaves apart', () => {
  const spec = experimentSpecSchema.parse({
    name: 'films',
    dataset: 'ds-abcdefghijklm',
    budget: { maxUsd: 10 },
    split: { groupBy: { field: 'film' } },
    approaches: [{ id: 'one', recipe: 'sagemaker-object-detection' }],
  })
  const warnings = planWarnings({
    spec,
    images: { train: 780, validation: 180, test: 240 },
    grouping: {
      asked: { train: 768, validation: 192, test: 240 },
      sets: 40,
      images: 1200,
      largest: 30,
      apart: 0,
      withoutKey: 0,
      nearDuplicates: { sets: 2, images: 4, apart: 1 },
    },
    withoutObjects: 0,
    approaches: [],
    quotas: [],
    environment: 'local',
    recipes,
    unsent: [],
    isAccepted: false,
  })
  expect(warnings.map(({ code, message }) => [code, message.split(':')[0]])).toEqual([
    ['split', 'Images of one film are on one side'],
    ['split', 'The sets did not fit the shares exactly'],
    ['split', expect.stringContaining('4 images look like another (2 sets); 1 set lies in more than one part')],
  ])
})

it('says what is true of several approaches once, and of which', () => {
  const old = { title: 'Old', lifeCycle: () => ({ state: 'retired', note: 'use another' }), defaultInstanceTypes: [] }
  const spec = experimentSpecSchema.parse({
    name: 'two',
    dataset: 'ds-abcdefghijklm',
    approaches: ['one', 'two', 'new'].map((id) => ({
      id,
      recipe: id === 'new' ? 'sagemaker-object-detection' : 'pytorch-script',
    })),
  })
  const warnings = planWarnings({
    spec,
    images: { train: 800, validation: 100, test: 300 },
    withoutObjects: 0,
    approaches: [],
    quotas: [],
    environment: 'aws',
    recipes: { ...recipes, 'pytorch-script': old } as unknown as Recipes,
    unsent: [],
    isAccepted: false,
  })
  expect(warnings).toEqual([
    { code: 'no-budget', approachIds: [], message: expect.stringContaining('budget.maxUsd') as string },
    { code: 'recipe-retired', approachIds: ['one', 'two'], message: 'Old: use another' },
  ])
})
