import { expect, test } from 'vitest'
import { remarksOf } from './remarks.ts'

const anApproach = (title: string, instanceTypes: string[], spotSavedShare: number | null = null) => ({
  title,
  inference: 'endpoint' as const,
  reusedFrom: null,
  trainingCostUsd: 1.5,
  trials: instanceTypes.map((instanceType) => ({
    name: title,
    status: 'Completed' as const,
    instanceType,
    instanceCount: 1,
    billableSeconds: 1,
    hyperparameters: {},
  })),
  cost: {
    trainingReason: null,
    endpointUsd: null,
    endpointReason: null,
    endpointSeconds: null,
    endpointInstanceType: 'ml.m5.xlarge',
    endpointBusySeconds: null,
    endpointBusyUsd: null,
    storageUsd: null,
    bestTrialUsd: null,
    spotSavedShare,
  },
})

test('nothing is remarked where all ran on the same hardware', () => {
  expect(remarksOf([anApproach('A', ['ml.g5.xlarge']), anApproach('B', ['ml.g5.xlarge', 'ml.g5.xlarge'])])).toEqual([])
})

test('approaches are grouped by what they ran on, a mixture being a group of its own', () => {
  expect(
    remarksOf([
      anApproach('A', ['ml.g5.xlarge']),
      anApproach('B', ['ml.g4dn.xlarge', 'ml.g5.xlarge']),
      anApproach('C', ['ml.g5.xlarge']),
      anApproach('never trained', []),
    ]),
  ).toEqual([
    'Trained on different hardware, so that costs and times compare that too: A, C on ml.g5.xlarge; B on ml.g4dn.xlarge and ml.g5.xlarge.',
  ])
})

test('what spot capacity saved is said', () => {
  expect(remarksOf([anApproach('A', ['ml.g5.xlarge'], 0.7)])).toEqual([
    'A trained on spot instances and was billed 70 % less than its training time.',
  ])
})

test('a reused training carries where it comes from and its first cost', () => {
  const reusedFrom = {
    experimentId: 'abcdefghijklm',
    approachId: 'a',
    attempt: 2,
    trainedAt: '2026-01-02T03:04:05.678Z',
  }
  expect(remarksOf([{ ...anApproach('A', ['ml.g5.xlarge']), reusedFrom }])).toEqual([
    'A was not trained again: its model is reused from a of experiment abcdefghijklm (2026-01-02), first cost $1.50; this experiment paid nothing for it.',
  ])
})

test('an approach without an endpoint has no latency, and is said to have none', () => {
  expect(remarksOf([{ ...anApproach('A', ['ml.g5.xlarge']), inference: 'transform' }])).toEqual([
    'Answered by batch transform, so that there is no latency and no idle endpoint: A.',
  ])
})
