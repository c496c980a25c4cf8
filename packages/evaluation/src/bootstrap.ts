import { type BootstrapDistribution, bcaInterval, bcaPValue, bootstrapDistribution } from './bca.ts'
import { holm } from './holm.ts'
import type { Matching } from './match.ts'
import { createRandom } from './random.ts'
import { createWeightedMap } from './weighted-map.ts'

export interface BootstrapOptions {
  /** Times the test images are drawn anew. (Default: 1000) */
  resamples?: number
  /** Any whole number; the same seed gives the same intervals. (Default: 1) */
  seed?: number
  /** Share of experiments in which an interval should hold the true value. (Default: 0.95) */
  confidence?: number
}

/** mAP or a difference of mAPs, 0–1, with the ends of its interval. */
export interface Interval {
  estimate: number
  low: number
  high: number
}

export interface ApproachInterval {
  id: string
  mAP: Interval
  /** Share of the resamples in which this approach has the highest mAP; those that share it count in parts. The shares sum to 1. */
  probabilityBest: number
}

export interface PairComparison {
  a: string
  b: string
  /** mAP of a minus mAP of b. */
  difference: Interval
  /** Two-sided, for "no difference": below 1 - confidence just when the interval does not span 0 (but for rounding). */
  pValue: number
  /** Corrected by Holm over all pairs. */
  pValueHolm: number
  /** 'not distinguishable' when the interval of the difference spans 0. */
  verdict: 'a is better' | 'b is better' | 'not distinguishable'
  /** Whether the verdict "better" stands after the correction for having looked at several pairs. */
  survivesHolm: boolean
}

export interface Comparison {
  method: 'paired bootstrap over images, BCa'
  images: number
  resamples: number
  seed: number
  confidence: number
  approaches: ApproachInterval[]
  pairs: PairComparison[]
}

/** Groups the jackknife leaves out one by one: the skewness they are used for is told well enough by this many, and more cost time. */
const jackknifeGroups = 200

/** Draws as many images as there are, with replacement: how often each was drawn. */
const drawImages = (random: () => number, weights: Int32Array): void => {
  weights.fill(0)
  for (let i = 0; i < weights.length; i++) weights[Math.floor(random() * weights.length)]++
}

/** mAP without each group of images in turn; image i is in group i modulo their number. */
const leaveGroupsOut = (map: (weights: Int32Array) => number, images: number, estimate: number): Float64Array => {
  const groups = Math.min(images, jackknifeGroups)
  const weights = new Int32Array(images)
  return Float64Array.from({ length: groups }, (_, group) => {
    weights.fill(1)
    for (let image = group; image < images; image += groups) weights[image] = 0
    const value = map(weights)
    // Without the only objects there is no mAP; that group then says nothing about skewness.
    return value === -1 ? estimate : value
  })
}

const interval = (distribution: BootstrapDistribution, confidence: number): Interval => {
  const [low, high] = bcaInterval(distribution, confidence)
  return { estimate: distribution.estimate, low, high }
}

const minus = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - b[i])

const sharesBest = (resampled: readonly Float64Array[]): number[] => {
  const wins = resampled.map(() => 0)
  const count = resampled[0].length
  for (let i = 0; i < count; i++) {
    const best = Math.max(...resampled.map((values) => values[i]))
    const winners = resampled.flatMap((values, approach) => (values[i] === best ? [approach] : []))
    for (const winner of winners) wins[winner] += 1 / winners.length
  }
  return wins.map((won) => won / count)
}

/**
 * How far the mAPs of approaches, and their differences, could be chance: the test images are drawn anew with replacement, the same draw for
 * every approach (hence paired), and all is computed again from matchings made once. Intervals are BCa, since percentile intervals of mAP
 * cover too little (see the coverage test). `undefined` where no object counts, so that there is no mAP.
 */
export const pairedBootstrap = (
  approaches: readonly { id: string; matching: Matching }[],
  options: BootstrapOptions = {},
): Comparison | undefined => {
  const { resamples = 1000, seed = 1, confidence = 0.95 } = options
  if (approaches.length === 0 || approaches[0].matching.objectImage.length === 0) return undefined
  const images = approaches[0].matching.imageCount
  if (approaches.some(({ matching }) => matching.imageCount !== images))
    throw new RangeError('matchings of different images met, the same test images needed for every approach')
  const maps = approaches.map(({ matching }) => createWeightedMap(matching))

  const estimates = maps.map((map) => map(new Int32Array(images).fill(1)))
  const resampled = approaches.map(() => new Float64Array(resamples))
  const random = createRandom(seed)
  const weights = new Int32Array(images)
  for (let i = 0; i < resamples;) {
    drawImages(random, weights)
    for (const [approach, map] of maps.entries()) resampled[approach][i] = map(weights)
    // A draw without any object has no mAP for any approach: draw again.
    if (resampled[0][i] !== -1) i++
  }
  const leftOut = maps.map((map, approach) => leaveGroupsOut(map, images, estimates[approach]))

  const best = sharesBest(resampled)
  const pairs = approaches.flatMap((_, a) => approaches.slice(a + 1).map((__, offset) => [a, a + 1 + offset] as const))
  const distributions = pairs.map(([a, b]) =>
    bootstrapDistribution(
      estimates[a] - estimates[b],
      minus(resampled[a], resampled[b]),
      minus(leftOut[a], leftOut[b]),
    ),
  )
  const pValues = distributions.map(bcaPValue)
  const corrected = holm(pValues)
  return {
    method: 'paired bootstrap over images, BCa',
    images,
    resamples,
    seed,
    confidence,
    approaches: approaches.map(({ id }, i) => ({
      id,
      mAP: interval(bootstrapDistribution(estimates[i], resampled[i], leftOut[i]), confidence),
      probabilityBest: best[i],
    })),
    pairs: pairs.map(([a, b], i) => {
      const difference = interval(distributions[i], confidence)
      const spansZero = difference.low <= 0 && difference.high >= 0
      return {
        a: approaches[a].id,
        b: approaches[b].id,
        difference,
        pValue: pValues[i],
        pValueHolm: corrected[i],
        verdict: spansZero ? 'not distinguishable' : difference.estimate > 0 ? 'a is better' : 'b is better',
        survivesHolm: !spansZero && corrected[i] < 1 - confidence,
      }
    }),
  }
}
