import { normalCdf, normalQuantile } from './normal.ts'

/**
 * What a bias-corrected and accelerated interval is made of (Efron 1987, J. Am. Statist. Ass. 82; DiCiccio and Efron 1996, Statist. Sci. 11).
 * `resampled` is ascending.
 */
export interface BootstrapDistribution {
  estimate: number
  resampled: Float64Array
  /** z0: how far, in standard normal units, the median of the resamples lies below the estimate. */
  bias: number
  /** a: how fast the standard error changes with the estimate. */
  acceleration: number
}

/** Share of ascending `values` below `limit`, those equal counting half. */
const shareBelow = (values: Float64Array, limit: number): number => {
  let below = 0
  let equal = 0
  for (const value of values) {
    if (value < limit) below++
    else if (value === limit) equal++
  }
  return (below + equal / 2) / values.length
}

/** Keeps a share off 0 and 1, where the normal quantile is infinite: with B resamples nothing finer than 1 / (B + 1) can be told. */
const within = (share: number, count: number) => Math.min(Math.max(share, 1 / (count + 1)), count / (count + 1))

/** `leftOut`: the estimate without each image (or group of images) in turn. */
export const bootstrapDistribution = (
  estimate: number,
  resampled: Float64Array,
  leftOut: Float64Array,
): BootstrapDistribution => {
  const mean = leftOut.reduce((sum, value) => sum + value, 0) / leftOut.length
  let squares = 0
  let cubes = 0
  for (const value of leftOut) {
    squares += (mean - value) ** 2
    cubes += (mean - value) ** 3
  }
  return {
    estimate,
    resampled: resampled.slice().sort(),
    bias: normalQuantile(within(shareBelow(resampled, estimate), resampled.length)),
    acceleration: squares === 0 ? 0 : cubes / (6 * squares ** 1.5),
  }
}

/** The value below which `share` of ascending `values` lie, between neighbours by linear interpolation. */
const quantile = (values: Float64Array, share: number): number => {
  const at = Math.min(Math.max(share * (values.length + 1) - 1, 0), values.length - 1)
  const left = Math.floor(at)
  const right = Math.min(left + 1, values.length - 1)
  return values[left] + (values[right] - values[left]) * (at - left)
}

/** The interval that covers the true value in `confidence` of all experiments. */
export const bcaInterval = (distribution: BootstrapDistribution, confidence: number): [number, number] => {
  const { resampled, bias, acceleration } = distribution
  const end = (share: number) => {
    const z = bias + normalQuantile(share)
    return quantile(resampled, normalCdf(bias + z / (1 - acceleration * z)))
  }
  return [end((1 - confidence) / 2), end((1 + confidence) / 2)]
}

/** Two-sided p-value for "the true value is 0": one minus the confidence at which the BCa interval just touches 0. At least 1 / (B + 1). */
export const bcaPValue = ({ resampled, bias, acceleration }: BootstrapDistribution): number => {
  const least = 1 / (resampled.length + 1)
  const below = shareBelow(resampled, 0)
  if (below === 0 || below === 1) return least
  const z = normalQuantile(below) - bias
  const share = normalCdf(z / (1 + acceleration * z) - bias)
  return Math.min(1, Math.max(2 * Math.min(share, 1 - share), least))
}
