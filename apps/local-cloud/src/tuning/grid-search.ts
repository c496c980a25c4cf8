import type { Dimension } from './dimension.ts'
import type { Strategy } from './strategy.ts'

/** Number of combinations of a grid. Throws a RangeError for ranges that are not categorical. */
export const gridSize = (dimensions: Dimension[]): number =>
  dimensions.reduce((size, dimension) => {
    if (dimension.kind !== 'categorical')
      throw new RangeError(`Grid search needs categorical ranges, ${dimension.name} is not`)
    return size * dimension.values.length
  }, 1)

/** Every combination once, the last dimension changing fastest. */
export const createGridSearch = (dimensions: Dimension[]): Strategy => {
  const size = gridSize(dimensions)
  return {
    propose: (index) => {
      if (index >= size) return 'done'
      const values: Record<string, string> = {}
      let rest = index
      for (const dimension of dimensions.toReversed()) {
        if (dimension.kind !== 'categorical') continue
        values[dimension.name] = dimension.values[rest % dimension.values.length] ?? ''
        rest = Math.floor(rest / dimension.values.length)
      }
      return { values }
    },
  }
}
