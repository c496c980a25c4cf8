import { contains, type Dimension, fromUnit, toUnit } from './dimension.ts'
import { fitGaussianProcess, type Prediction } from './gaussian-process.ts'
import { createRandom } from './random-numbers.ts'
import { createRandomSearch } from './random-search.ts'
import type { ObservedTrial, Strategy } from './strategy.ts'

/** Trials with a loss before the model is trusted; until then the search is random. */
const leastObserved = 3
/** The model is fitted to the last so many; the time it takes grows with the cube. */
const mostObserved = 200
const randomCandidates = 400
const nearCandidates = 100

/** Coordinates of a trial: one a number, one for each value of a category. */
const encode = (dimensions: Dimension[], values: Record<string, string>): number[] =>
  dimensions.flatMap((dimension) => {
    const value = values[dimension.name] ?? ''
    if (dimension.kind !== 'categorical') return [toUnit(dimension, value)]
    return dimension.values.map((category) => (category === value ? Math.SQRT1_2 : 0))
  })

/** Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7. */
const erf = (x: number): number => {
  const t = 1 / (1 + 0.3275911 * Math.abs(x))
  const tail =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x)
  return Math.sign(x) * (1 - tail)
}

/** Expected improvement below the best loss. */
const expectedImprovement = ({ mean, deviation }: Prediction, best: number): number => {
  const z = (best - mean) / deviation
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
  return (best - mean) * 0.5 * (1 + erf(z / Math.SQRT2)) + deviation * density
}

/** Losses far above the others would flatten the model where it matters: cut at the median plus three times the spread below it. */
const tame = (losses: number[]): number[] => {
  const sorted = losses.toSorted((a, b) => a - b)
  const middle = sorted[sorted.length >> 1] ?? 0
  const cut = middle + 3 * Math.max(middle - (sorted[0] ?? 0), 1e-12)
  return losses.map((loss) => Math.min(loss, cut))
}

/**
 * Bayesian search: a Gaussian process over the losses, the candidate of greatest expected improvement next. Running trials count as
 * if they gave what the model expects of them, so that parallel trials spread. Depends on the seed and on what was observed.
 */
export const createBayesianSearch = (dimensions: Dimension[], seed: number): Strategy => {
  const randomSearch = createRandomSearch(dimensions, seed)

  const candidates = (index: number, best: Record<string, string>): Record<string, string>[] => {
    const random = createRandom('bayesian search', seed, index)
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const found = Array.from({ length: randomCandidates }, () =>
      Object.fromEntries(dimensions.map((dimension) => [dimension.name, fromUnit(dimension, random())])),
    )
    for (let i = 0; i < nearCandidates; i += 1) {
      const width = [0.2, 0.05, 0.01][i % 3] ?? 0.05
      found.push(
        Object.fromEntries(
          dimensions.map((dimension) => {
            const value = best[dimension.name] ?? ''
            if (dimension.kind === 'categorical')
              return [dimension.name, random() < 0.2 ? fromUnit(dimension, random()) : value]
            return [
              dimension.name,
              fromUnit(dimension, Math.min(1, Math.max(0, toUnit(dimension, value) + width * gauss()))),
            ]
          }),
        ),
      )
    }
    return found
  }

  return {
    propose: (index, trials, parents = []) => {
      // A parent may have searched elsewhere: what lies outside the ranges of this search has no place in its model.
      const inside = parents.filter(({ values }) => dimensions.every((one) => contains(one, values[one.name])))
      const observed = [...inside, ...trials].flatMap(({ values, loss }) =>
        loss === undefined ? [] : [{ values, loss }],
      )
      if (observed.length < leastObserved) return randomSearch.propose(index, trials)
      const known = observed.slice(-mostObserved)
      const points = known.map(({ values }) => encode(dimensions, values))
      const losses = tame(known.map(({ loss }) => loss))
      let predict = fitGaussianProcess(points, losses)
      const running = trials
        .filter((trial: ObservedTrial) => trial.running)
        .map(({ values }) => encode(dimensions, values))
      if (running.length > 0) {
        const believed = running.map((point) => predict(point).mean)
        predict = fitGaussianProcess([...points, ...running], [...losses, ...believed])
      }
      const best = known.reduce((a, b) => (b.loss < a.loss ? b : a))
      let chosen = best.values
      let promise = -Infinity
      for (const candidate of candidates(index, best.values)) {
        const improvement = expectedImprovement(predict(encode(dimensions, candidate)), best.loss)
        if (improvement > promise) {
          promise = improvement
          chosen = candidate
        }
      }
      return { values: chosen }
    },
  }
}
