import { createBayesianSearch } from './bayesian-search.ts'
import type { Dimension } from './dimension.ts'
import { createGridSearch } from './grid-search.ts'
import { createHyperband } from './hyperband.ts'
import { createRandomSearch } from './random-search.ts'
import type { Strategy } from './strategy.ts'

export type StrategyName = 'Random' | 'Grid' | 'Bayesian' | 'Hyperband'

export interface StrategySettings {
  name: StrategyName
  dimensions: Dimension[]
  seed: number
  /** Bounds of what Hyperband gives a trial. */
  leastEpochs: number
  mostEpochs: number
}

/** The strategy a tuning job asks for. */
export const createStrategy = ({ name, dimensions, seed, leastEpochs, mostEpochs }: StrategySettings): Strategy => {
  switch (name) {
    case 'Grid':
      return createGridSearch(dimensions)
    case 'Bayesian':
      return createBayesianSearch(dimensions, seed)
    case 'Hyperband':
      return createHyperband(dimensions, seed, leastEpochs, mostEpochs)
    case 'Random':
      return createRandomSearch(dimensions, seed)
    default:
      throw new RangeError(`unknown strategy ${String(name satisfies never)}`)
  }
}
