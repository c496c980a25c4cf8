import type { Spread } from '@assay/contracts'

export const sumOf = (spreads: readonly Spread[]): Spread => ({
  low: spreads.reduce((sum, { low }) => sum + low, 0),
  expected: spreads.reduce((sum, { expected }) => sum + expected, 0),
  high: spreads.reduce((sum, { high }) => sum + high, 0),
})

/** Each of the three figures put through one function that keeps their order. */
export const mapSpread = ({ low, expected, high }: Spread, change: (value: number) => number): Spread => ({
  low: change(low),
  expected: change(expected),
  high: change(high),
})

/** `factor` below and above. */
export const within = (expected: number, factor: number): Spread => ({
  low: expected / factor,
  expected,
  high: expected * factor,
})

export const slowest = (spreads: readonly Spread[]): Spread => ({
  low: Math.max(0, ...spreads.map(({ low }) => low)),
  expected: Math.max(0, ...spreads.map(({ expected }) => expected)),
  high: Math.max(0, ...spreads.map(({ high }) => high)),
})

export const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
