import { describe, expect, test } from 'vitest'
import { bcaInterval, bcaPValue, bootstrapDistribution } from './bca.ts'
import { holm } from './holm.ts'
import { normalCdf, normalQuantile } from './normal.ts'

describe('Holm', () => {
  test('the smallest p-value is multiplied by the number of tests, the next by one less, never falling', () => {
    const corrected = holm([0.03, 0.01, 0.5, 0.02])
    ;[0.06, 0.04, 0.5, 0.06].forEach((wanted, i) => expect(corrected[i]).toBeCloseTo(wanted, 12))
  })
})

describe('normal distribution', () => {
  test('1.959964 is the 97.5 % quantile', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5)
    expect(normalCdf(-1.959964)).toBeCloseTo(0.025, 6)
  })
})

describe('BCa', () => {
  const resampled = Float64Array.from({ length: 999 }, (_, i) => i)

  test('moves the ends by bias and acceleration', () => {
    // z = .1 ± 1.96; .1 + (.1 - 1.96) / (1 + .02 × 1.86) = -1.6933, the 4.52 % quantile; the upper one -> 2.2485, 98.77 %.
    const [low, high] = bcaInterval({ estimate: 500, resampled, bias: 0.1, acceleration: 0.02 }, 0.95)
    expect(low).toBeCloseTo(44.2, 0)
    expect(high).toBeCloseTo(986.7, 0)
  })

  test('is the percentile interval without bias and acceleration', () => {
    const distribution = bootstrapDistribution(499, resampled, Float64Array.of(1, 1, 1))
    expect(distribution.bias).toBeCloseTo(0, 6)
    expect(distribution.acceleration).toBe(0)
    const [low, high] = bcaInterval(distribution, 0.9)
    expect([low, high]).toEqual([expect.closeTo(49, 3), expect.closeTo(949, 3)])
  })

  test('has the acceleration of a skewed jackknife: deviations 1, 1, -2 give -6 / (6 × 6^1.5)', () => {
    const { acceleration } = bootstrapDistribution(0, resampled, Float64Array.of(-1, -1, 2))
    expect(acceleration).toBeCloseTo(-1 / 6 ** 1.5, 12)
  })

  test('has a p-value of 1 minus the confidence at which an end is 0', () => {
    const distribution = {
      estimate: 600,
      resampled: resampled.map((value) => value - 30),
      bias: 0.1,
      acceleration: 0.02,
    }
    const pValue = bcaPValue(distribution)
    expect(bcaInterval(distribution, 1 - pValue)[0]).toBeCloseTo(0, 0)
    expect(pValue).toBeGreaterThan(0.02)
  })

  test('has the least p-value that the resamples can tell where none of them is on the other side', () => {
    const distribution = { estimate: 600, resampled: resampled.map((value) => value + 1), bias: 0.5, acceleration: 0 }
    expect(bcaPValue(distribution)).toBe(1 / 1000)
  })
})
