import { expect, test, vi } from 'vitest'
import { createStrategy, type StrategyName } from './create-strategy.ts'
import { type Dimension, fromUnit, parseRanges, toUnit } from './dimension.ts'
import { hyperbandRungs } from './hyperband.ts'
import { shouldStopEarly } from './median-rule.ts'
import type { ObservedTrial } from './strategy.ts'

vi.setConfig({ testTimeout: 60_000 })

const line = (name: string, MinValue: string, MaxValue: string, ScalingType = 'Linear') => ({
  Name: name,
  MinValue,
  MaxValue,
  ScalingType,
})

type Objective = (values: Record<string, number>) => number

/** Plays a search to its end, `parallel` trials at a time. */
const play = (
  name: StrategyName,
  dimensions: Dimension[],
  objective: Objective,
  { seed = 1, budget = 20, parallel = 1 } = {},
) => {
  const strategy = createStrategy({ name, dimensions, seed, leastEpochs: 1, mostEpochs: 9 })
  const trials: ObservedTrial[] = []
  while (trials.length < budget) {
    const batch: ObservedTrial[] = []
    while (batch.length < parallel && trials.length < budget) {
      const proposal = strategy.propose(trials.length, trials)
      if (proposal === 'wait') break
      if (proposal === 'done') return trials
      const trial: ObservedTrial = { values: proposal.values, running: true, lossByEpoch: [] }
      batch.push(trial)
      trials.push(trial)
    }
    for (const trial of batch) {
      trial.loss = objective(
        Object.fromEntries(Object.entries(trial.values).map(([key, value]) => [key, Number(value)])),
      )
      trial.running = false
    }
  }
  return trials
}

const best = (trials: ObservedTrial[]) => Math.min(...trials.map(({ loss }) => loss ?? Infinity))
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const plane = parseRanges({ ContinuousParameterRanges: [line('x', '-5', '10'), line('y', '0', '15')] })
/** Least value 0.397887. */
const branin: Objective = ({ x = 0, y = 0 }) =>
  (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
  10
const valley: Objective = ({ x = 0, y = 0 }) => (x - 2) ** 2 + (y - 9) ** 2
const rate = parseRanges({
  ContinuousParameterRanges: [line('rate', '0.0001', '0.1', 'Logarithmic'), line('momentum', '0.8', '0.99')],
})
const training: Objective = ({ rate = 1, momentum = 0 }) => (Math.log10(rate) + 2.3) ** 2 + 20 * (momentum - 0.92) ** 2

test.each([
  ['Branin', plane, branin],
  ['a valley', plane, valley],
  ['a learning rate', rate, training],
] as const)(
  'over 30 seeds Bayesian search gets nearer the best of %s than random search',
  (_, dimensions, objective) => {
    const regret = (name: StrategyName) =>
      median(
        Array.from({ length: 30 }, (_, seed) =>
          best(play(name, dimensions, objective, { seed, budget: 20, parallel: 2 })),
        ),
      )
    expect(regret('Bayesian')).toBeLessThan(regret('Random'))
  },
)

test("random search's proposal depends on the seed and its number alone", () => {
  const one = play('Random', plane, branin, { seed: 4, budget: 6, parallel: 1 }).map(({ values }) => values)
  const other = play('Random', plane, () => 0, { seed: 4, budget: 6, parallel: 3 }).map(({ values }) => values)
  expect(other).toEqual(one)
  expect(play('Random', plane, branin, { seed: 5, budget: 6 }).map(({ values }) => values)).not.toEqual(one)
})

test('the same seed and the same losses give the same Bayesian search', () => {
  const run = () => play('Bayesian', rate, training, { seed: 9, budget: 8 }).map(({ values }) => values)
  expect(run()).toEqual(run())
})

test('what a parent found outside the ranges does not count', () => {
  const search = createStrategy({ name: 'Bayesian', dimensions: plane, seed: 3, leastEpochs: 1, mostEpochs: 1 })
  const parents = (x: string) =>
    [1, 2, 3, 4].map((loss) => ({ values: { x, y: String(loss) }, loss, running: false, lossByEpoch: [] }))
  expect(search.propose(0, [], parents('11'))).toEqual(search.propose(0, []))
  expect(search.propose(0, [], parents('9'))).not.toEqual(search.propose(0, []))
})

test('grid search tries every combination once', () => {
  const dimensions = parseRanges({
    CategoricalParameterRanges: [
      { Name: 'a', Values: ['1', '2', '3'] },
      { Name: 'b', Values: ['4', '5'] },
    ],
  })
  const tried = play('Grid', dimensions, () => 0, { budget: 100 }).map(({ values }) => `${values['a']}${values['b']}`)
  expect(tried).toEqual(['14', '15', '24', '25', '34', '35'])
})

test('Hyperband keeps the best third of a rung for three times the epochs', () => {
  expect(hyperbandRungs(1, 9)).toEqual([
    { trials: 9, epochs: 1, first: true },
    { trials: 3, epochs: 3, first: false },
    { trials: 1, epochs: 9, first: false },
    { trials: 5, epochs: 3, first: true },
    { trials: 1, epochs: 9, first: false },
    { trials: 3, epochs: 9, first: true },
  ])
  const trials = play('Hyperband', plane, valley, { budget: 13, parallel: 4 })
  const first = trials.slice(0, 9).toSorted((a, b) => (a.loss ?? 0) - (b.loss ?? 0))
  expect(trials.slice(9, 12).map(({ values }) => values)).toEqual(first.slice(0, 3).map(({ values }) => values))
})

test('scales spread values as they say', () => {
  const [logarithmic, reverse, integer] = parseRanges({
    ContinuousParameterRanges: [line('a', '0.0001', '1', 'Logarithmic'), line('b', '0', '0.99', 'ReverseLogarithmic')],
    IntegerParameterRanges: [line('c', '1', '3')],
  })
  if (!logarithmic || !reverse || !integer) throw new Error('three dimensions expected')
  expect(Number(fromUnit(logarithmic, 0.5))).toBeCloseTo(0.01)
  expect(Number(fromUnit(reverse, 0.5))).toBeCloseTo(0.9)
  expect([0, 0.2, 0.4, 0.6, 0.8, 0.999].map((unit) => fromUnit(integer, unit))).toEqual(['1', '1', '2', '2', '3', '3'])
  for (const dimension of [logarithmic, reverse]) expect(toUnit(dimension, fromUnit(dimension, 0.3))).toBeCloseTo(0.3)
})

test.each([
  [{ ContinuousParameterRanges: [line('a', '0', '1', 'Logarithmic')] }, 'above 0'],
  [{ ContinuousParameterRanges: [line('a', '0', '1', 'ReverseLogarithmic')] }, '0 <= x < 1'],
  [{ IntegerParameterRanges: [line('a', '0.5', '2')] }, 'integers'],
  [{ ContinuousParameterRanges: [line('a', '2', '1')] }, 'is above MaxValue'],
  [{ ContinuousParameterRanges: [line('a', 'x', '1')] }, 'not a number'],
])('ranges that make no sense are refused: %j', (ranges, message) => {
  expect(() => parseRanges(ranges)).toThrow(message)
})

test('the median rule stops a trial that is worse than the median of the running averages', () => {
  const ended = [
    [3, 1],
    [5, 3],
    [9, 9],
  ]
  expect(shouldStopEarly([4, 4.5], ended)).toBe(true)
  expect(shouldStopEarly([9, 3.5], ended)).toBe(false)
  expect(shouldStopEarly([9, 9], ended.slice(1))).toBe(false)
  expect(shouldStopEarly([9, 9, 9], ended)).toBe(false)
})
