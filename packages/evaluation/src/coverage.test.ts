import { describe, expect, test } from 'vitest'
import { type Interval, evaluate, match, pairedBootstrap } from './index.ts'
import { createSampler, drawPopulation } from './population.fixture.ts'
import { createRandom } from './random.ts'

const populationImages = 100_000
const replicates = 1000
const sampleImages = 240
// Fewer than the default 1,000: the ends of an interval are then a little less certain, which costs coverage rather than gives any.
const resamples = 300

const holds = ({ low, high }: Interval, truth: number) => low <= truth && truth <= high

describe(`95 % intervals over ${replicates} samples of ${sampleImages} images from a population of ${populationImages}`, () => {
  const { groundTruth, detectors } = drawPopulation(populationImages, 7)
  const [first, second] = detectors.map((detections) => evaluate(groundTruth, detections).stats[0])
  const samplers = detectors.map((detections) => createSampler(match(groundTruth, detections)))
  const random = createRandom(99)

  test(
    'hold the mAP of the population, and the difference of two, in 93–97 % of the samples',
    { timeout: 600_000 },
    () => {
      const held = { first: 0, second: 0, difference: 0 }
      for (let replicate = 0; replicate < replicates; replicate++) {
        const images = Array.from({ length: sampleImages }, () => Math.floor(random() * populationImages))
        const approaches = samplers.map((sampler, i) => ({ id: String(i), matching: sampler([...new Set(images)]) }))
        const comparison = pairedBootstrap(approaches, { resamples, seed: replicate })
        if (comparison === undefined) continue
        if (holds(comparison.approaches[0].mAP, first)) held.first++
        if (holds(comparison.approaches[1].mAP, second)) held.second++
        if (holds(comparison.pairs[0].difference, first - second)) held.difference++
      }
      const shares = Object.values(held).map((count) => count / replicates)
      console.log(
        `intervals that hold the truth: ${shares.join(', ')} (mAP ${first.toFixed(4)}, ${second.toFixed(4)}, difference)`,
      )
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.93)
      expect(Math.max(...shares)).toBeLessThanOrEqual(0.97)
    },
  )
})
