export interface Claim {
  /** What would be its due if it could be divided. */
  due: number
  least: number
  most: number
}

/**
 * Whole numbers that sum to `total`: the floor of each due, then one more for the largest remainders, of equal ones the
 * first, within each claim's bounds. The least values give way where they sum to more than the total.
 */
export const apportion = (total: number, claims: readonly Claim[]): number[] => {
  const floors = claims.map(({ due, least, most }) => Math.min(Math.max(Math.floor(due + 1e-9), least), most))
  const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0)
  const given = sumOf(floors) <= total ? floors : claims.map(({ due, most }) => Math.min(Math.floor(due + 1e-9), most))
  for (let left = total - sumOf(given); left > 0; left--) {
    let best = -1
    let bestRemainder = Number.NEGATIVE_INFINITY
    for (const [index, { due, most }] of claims.entries()) {
      const remainder = due - (given[index] ?? 0)
      if ((given[index] ?? 0) < most && remainder > bestRemainder + 1e-9) [best, bestRemainder] = [index, remainder]
    }
    if (best < 0) throw new RangeError(`${total} cannot be dealt among ${claims.length} claims`)
    given[best] = (given[best] ?? 0) + 1
  }
  return given
}
