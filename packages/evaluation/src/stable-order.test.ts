import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { orderByDescendingScore } from './stable-order.ts'

const inFileOrder = (count: number) => Int32Array.from({ length: count }, (_, i) => i)

describe('orderByDescendingScore', () => {
  test.each([10, 5000])('is a stable sort of %i scores of either sign, 0 and -0 being equal', (count) => {
    const score = fc.oneof(fc.constantFrom(0, -0, 1, -1, 0.5, 1e-310, 1e300), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(fc.array(score, { minLength: 10, maxLength: 40 }), (few) => {
        const scores = Float64Array.from({ length: count }, (_, i) => few[(i * 7) % few.length])
        const wanted = Array.from(inFileOrder(count)).sort((a, b) => scores[b] - scores[a] || a - b)
        expect(Array.from(orderByDescendingScore(inFileOrder(count), scores))).toEqual(wanted)
      }),
      { numRuns: 20 },
    )
  })
})
