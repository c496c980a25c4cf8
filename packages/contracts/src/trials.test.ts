import { expect, test } from 'vitest'
import { countTrials, trialsOf } from './trials.ts'

const ended = (name: string, status: 'Completed' | 'Failed' | 'Stopped') => ({
  name,
  status,
  instanceType: 'ml.g5.xlarge',
  instanceCount: 1,
  hyperparameters: {},
})

test('trials are counted by how they ended, and those that run are none of these', () => {
  const statuses = ['Completed', 'Failed', 'Completed', 'Stopped', 'InProgress', 'Stopping']
  expect(countTrials(statuses.map((status) => ({ status })))).toEqual({ completed: 2, failed: 1, stopped: 1 })
})

test('while a tuning runs its live trials count; then those of the ledger, with the one that is used', () => {
  const live = [{ name: 'l', status: 'InProgress', hyperparameters: {}, best: false }]
  const trials = [ended('a', 'Failed'), ended('b', 'Completed')]
  expect(trialsOf({ trials: [], liveTrials: live })).toEqual(live)
  expect(trialsOf({ trials, liveTrials: [], best: 'b' }).map(({ name, best }) => [name, best])).toEqual([
    ['a', false],
    ['b', true],
  ])
  const taken = trialsOf({ trials, liveTrials: [], best: 'p', inherited: ended('p', 'Completed') })
  expect(taken.filter(({ best }) => best).map(({ name }) => name)).toEqual(['p'])
})
