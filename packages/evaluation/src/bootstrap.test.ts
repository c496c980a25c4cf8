import { describe, expect, test } from 'vitest'
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
