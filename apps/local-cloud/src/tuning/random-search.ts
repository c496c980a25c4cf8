import { type Dimension, fromUnit } from './dimension.ts'
import { createRandom } from './random-numbers.ts'
import type { Strategy } from './strategy.ts'

/** Uniform on every dimension's scale. Proposal k depends on the seed and on k alone, however the trials went. */
export const createRandomSearch = (dimensions: Dimension[], seed: number): Strategy => ({
  propose: (index) => {
    const random = createRandom('random search', seed, index)
    return {
      values: Object.fromEntries(dimensions.map((dimension) => [dimension.name, fromUnit(dimension, random())])),
    }
  },
})
