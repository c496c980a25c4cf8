import type { Dimension } from './dimension.ts'
import { createRandomSearch } from './random-search.ts'
import type { Strategy } from './strategy.ts'

/** Of each rung one trial in so many goes on, with so many times the epochs. */
const eta = 3

interface Rung {
  trials: number
  epochs: number
  /** First of a bracket: configurations are new. */
  first: boolean
}

/** Rungs of all brackets, the boldest bracket first (Li et al. 2018, algorithm 1). */
export const hyperbandRungs = (leastEpochs: number, mostEpochs: number): Rung[] => {
  const deepest = Math.floor(Math.log(mostEpochs / leastEpochs) / Math.log(eta) + 1e-9)
  const rungs: Rung[] = []
  for (let s = deepest; s >= 0; s -= 1) {
    const width = Math.ceil(((deepest + 1) / (s + 1)) * eta ** s)
    for (let i = 0; i <= s; i += 1)
      rungs.push({
        trials: Math.max(1, Math.floor(width / eta ** i)),
        epochs: Math.max(1, Math.round(mostEpochs / eta ** (s - i))),
        first: i === 0,
      })
  }
  return rungs
}

/**
 * Hyperband: many configurations for few epochs, the best third of each rung again, from scratch, for three times as many. Waits at
 * the end of each rung. New configurations are random search's; after the last bracket the first comes again.
 */
export const createHyperband = (
  dimensions: Dimension[],
  seed: number,
  leastEpochs: number,
  mostEpochs: number,
): Strategy => {
  const rungs = hyperbandRungs(leastEpochs, mostEpochs)
  const roundTrials = rungs.reduce((sum, { trials }) => sum + trials, 0)
  const randomSearch = createRandomSearch(dimensions, seed)
  return {
    propose: (index, trials) => {
      let start = Math.floor(index / roundTrials) * roundTrials
      let before = start
      for (const rung of rungs) {
        if (index < start + rung.trials) {
          const fresh = randomSearch.propose(index, trials)
          if (typeof fresh === 'string') return fresh
          if (rung.first) return { ...fresh, epochs: rung.epochs }
          const former = trials.slice(before, start)
          if (former.some(({ running }) => running)) return 'wait'
          const ranked = former
            .filter(({ loss }) => loss !== undefined)
            .toSorted((a, b) => (a.loss ?? Infinity) - (b.loss ?? Infinity))
          // Where too many failed, something new takes the place.
          return { values: ranked[index - start]?.values ?? fresh.values, epochs: rung.epochs }
        }
        before = start
        start += rung.trials
      }
      return 'done'
    },
  }
}
