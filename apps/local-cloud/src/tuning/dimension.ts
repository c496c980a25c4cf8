/** How a range is walked through. */
type Scale = 'Linear' | 'Logarithmic' | 'ReverseLogarithmic'

/** One hyperparameter to tune. */
export type Dimension =
  | { kind: 'continuous' | 'integer'; name: string; min: number; max: number; scale: Scale }
  | { kind: 'categorical'; name: string; values: string[] }

/** Ranges as the API has them: bounds are strings. */
export interface ParameterRanges {
  ContinuousParameterRanges?: { Name: string; MinValue: string; MaxValue: string; ScalingType?: string }[]
  IntegerParameterRanges?: { Name: string; MinValue: string; MaxValue: string; ScalingType?: string }[]
  CategoricalParameterRanges?: { Name: string; Values: string[] }[]
}

type NumericRange = NonNullable<ParameterRanges['IntegerParameterRanges']>[number]

const bound = (name: string, text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new RangeError(`${name}: the bound ${JSON.stringify(text)} is not a number`)
  return value
}

const scaleOf = ({ Name, ScalingType = 'Auto' }: NumericRange, min: number, max: number, integer: boolean): Scale => {
  if (ScalingType === 'Logarithmic') {
    if (min <= 0) throw new RangeError(`${Name}: logarithmic scaling needs a range above 0`)
    return 'Logarithmic'
  }
  if (ScalingType === 'ReverseLogarithmic') {
    if (integer) throw new RangeError(`${Name}: reverse logarithmic scaling is for continuous ranges`)
    if (min < 0 || max >= 1)
      throw new RangeError(`${Name}: reverse logarithmic scaling needs a range within 0 <= x < 1`)
    return 'ReverseLogarithmic'
  }
  // Auto: the service does not say how it chooses. Here: logarithmic where the range spans two orders of magnitude or more.
  return ScalingType === 'Auto' && min > 0 && max / min >= 100 ? 'Logarithmic' : 'Linear'
}

const numeric = (range: NumericRange, kind: 'continuous' | 'integer'): Dimension => {
  const min = bound(range.Name, range.MinValue)
  const max = bound(range.Name, range.MaxValue)
  if (min > max) throw new RangeError(`${range.Name}: MinValue ${min} is above MaxValue ${max}`)
  if (kind === 'integer' && !(Number.isInteger(min) && Number.isInteger(max)))
    throw new RangeError(`${range.Name}: bounds of an integer range must be integers`)
  return { kind, name: range.Name, min, max, scale: scaleOf(range, min, max, kind === 'integer') }
}

/** Reads the ranges of a tuning job. Throws a RangeError for those that make no sense. */
export const parseRanges = (ranges: ParameterRanges): Dimension[] => {
  const dimensions = [
    ...(ranges.ContinuousParameterRanges ?? []).map((range) => numeric(range, 'continuous')),
    ...(ranges.IntegerParameterRanges ?? []).map((range) => numeric(range, 'integer')),
    ...(ranges.CategoricalParameterRanges ?? []).map(({ Name, Values }): Dimension => ({
      kind: 'categorical',
      name: Name,
      values: Values,
    })),
  ]
  const names = dimensions.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw new RangeError(`${twice} has two ranges`)
  return dimensions
}

const forward: Record<Scale, (x: number) => number> = {
  Linear: (x) => x,
  Logarithmic: Math.log,
  ReverseLogarithmic: (x) => -Math.log(1 - x),
}
const backward: Record<Scale, (y: number) => number> = {
  Linear: (y) => y,
  Logarithmic: Math.exp,
  ReverseLogarithmic: (y) => 1 - Math.exp(-y),
}

/** The value at `unit`, 0 to 1, of a dimension, as hyperparameters have it: a string. */
export const fromUnit = (dimension: Dimension, unit: number): string => {
  if (dimension.kind === 'categorical') {
    const { values } = dimension
    return values[Math.min(values.length - 1, Math.floor(unit * values.length))] ?? ''
  }
  const { min, max, scale, kind } = dimension
  // An integer's share of the range is as wide as its neighbours'.
  const [low, high] = kind === 'integer' && scale === 'Linear' ? [min - 0.5, max + 0.5] : [min, max]
  const from = forward[scale](low)
  const value = backward[scale](from + unit * (forward[scale](high) - from))
  return String(Math.min(max, Math.max(min, kind === 'integer' ? Math.round(value) : value)))
}

/** Where a value lies in its dimension, 0 to 1. */
export const toUnit = (dimension: Dimension, text: string): number => {
  if (dimension.kind === 'categorical') return (dimension.values.indexOf(text) + 0.5) / dimension.values.length
  const { min, max, scale } = dimension
  const from = forward[scale](min)
  const span = forward[scale](max) - from
  return span === 0 ? 0.5 : Math.min(1, Math.max(0, (forward[scale](Number(text)) - from) / span))
}

/** Whether a value is one that the dimension could propose. */
export const contains = (dimension: Dimension, text: string | undefined): boolean => {
  if (text === undefined) return false
  if (dimension.kind === 'categorical') return dimension.values.includes(text)
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return value >= dimension.min && value <= dimension.max
}
