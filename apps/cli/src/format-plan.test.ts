import type { ApproachPlan, Plan } from '@assay/contracts'
import { expect, test } from 'vitest'
import { formatPlan } from './format-plan.ts'

const spread = { low: 1_000_000, expected: 2_000_000, high: 4_000_000 }
const seconds = { low: 60, expected: 120, high: 240 }

const anApproach = (id: string, change: Partial<ApproachPlan> = {}): ApproachPlan => ({
  id,
  title: id,
  recipe: 'pytorch-script',
  instanceTypes: ['ml.g4dn.xlarge'],
  endpointInstanceTypes: ['ml.m5.large'],
  trials: 1,
  parallel: 1,
  reuse: { verdict: 'off' },
  resources: [
    { kind: 'training-job', name: `assay-{id}-${id}` },
    { kind: 'model', name: `assay-{id}-${id}` },
  ],
  basis: 'assumptions',
  assumptions: ['guessed'],
  lines: [{ item: 'training', instanceType: 'ml.g4dn.xlarge', seconds, microUsd: spread }],
  microUsd: spread,
  worstCaseMicroUsd: 9_000_000,
  reason: null,
  wallSeconds: seconds,
  ...change,
})

const aPlan = (approaches: ApproachPlan[], change: Partial<Plan> = {}): Plan => ({
  experimentId: null,
  environment: 'aws',
  region: 'us-east-1',
  images: { train: 60, validation: 20, test: 20 },
  approaches,
  microUsd: spread,
  worstCaseMicroUsd: 18_000_000,
  wallSeconds: seconds,
  budget: null,
  quotas: [],
  rates: [],
  storageRate: null,
  warnings: [],
  ...change,
})

test('the money of every approach and of all stands in one table', () => {
  const text = formatPlan(aPlan([anApproach('one'), anApproach('two', { trials: 20, basis: 'past-runs' })]))
  expect(text).toContain('100 images: 60 to train on, 20 to validate with, 20 to test on.')
  const table = text.split('\n').filter((line) => /^(approach|one|two|all) /.test(line))
  expect(table.map((line) => line.split(/ {2,}/))).toEqual([
    ['approach', 'trials', 'trains on', 'takes', 'low $', 'expected $', 'high $', 'at worst', 'from'],
    ['one', '1', 'ml.g4dn.xlarge', '2 min 0 s', '$1.00', '$2.00', '$4.00', '$9.00', 'guesses'],
    ['two', '20', 'ml.g4dn.xlarge', '2 min 0 s', '$1.00', '$2.00', '$4.00', '$9.00', 'past runs'],
    ['all', '2 min 0 s', '$1.00', '$2.00', '$4.00', '$18.00'],
  ])
  expect(text).toContain('two  20 trials on ml.g4dn.xlarge: 2 min 0 s (1 min 0 s to 4 min 0 s), $2.00')
})

test('what is the same of several approaches is said once, with their ids unless it is all of them', () => {
  const more = anApproach('three', { assumptions: ['guessed', 'another'], reason: 'no price is known for x' })
  const text = formatPlan(
    aPlan([anApproach('one'), anApproach('two'), more], {
      warnings: [
        { code: 'a', approachIds: ['one', 'two'], message: 'old' },
        { code: 'b', approachIds: [], message: 'few images' },
      ],
    }),
  )
  expect(text).toContain('rests on\n  guessed\n  three: another\n  three: no price is known for x')
  expect(text).toMatch(/warnings\n {2}one, two: old\n {2}few images$/)
})

test('resources stand under their name, requests under their approach', () => {
  const requests = [{ operation: 'CreateModel', body: { ModelName: 'm' } }]
  const text = formatPlan(aPlan([anApproach('one', { requests })]))
  expect(text).toContain('creates ({id} is given at submission)\n  one  assay-{id}-one: training-job, model')
  expect(text).toContain('requests of one\n  CreateModel {\n    "ModelName": "m"\n  }')
})

test('what no price is known for is said to be unknown, and a budget that holds is named', () => {
  const lines = [{ item: 'training' as const, instanceType: 'ml.x', seconds, microUsd: null }]
  const unknown = anApproach('one', { microUsd: null, worstCaseMicroUsd: null, lines })
  const text = formatPlan(aPlan([unknown], { microUsd: null, worstCaseMicroUsd: null, budget: { maxUsd: 10 } }))
  expect(text).toMatch(/^one .* unknown +unknown +guesses$/m)
  expect(text).toContain('training on ml.x: 2 min 0 s (1 min 0 s to 4 min 0 s), no price known')
  expect(text).toContain('The budget of $10.00 holds it.')
})

test('names cannot rewrite the terminal', () => {
  const warnings = [{ code: 'a', approachIds: [], message: 'red \u001b[31m' }]
  expect(formatPlan(aPlan([anApproach('one')], { warnings }))).not.toContain('\u001b')
})
