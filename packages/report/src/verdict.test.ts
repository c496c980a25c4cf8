import type { Trial } from '@assay/contracts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paretoFront } from './pareto.ts'
import { verdictOf } from './verdict.ts'

const anApproach = (id: string, map: number | null, trainingCostUsd: number | null = 1) => ({
  id,
  title: id.toUpperCase(),
  stats: map === null ? null : [map, ...Array.from({ length: 11 }, () => 0)],
  mapInterval: map === null ? null : { low: map - 0.02, high: map + 0.02 },
  trainingCostUsd,
  trials: [] as Trial[],
})

const aComparison = (pairs: [a: string, b: string, distinguishable: boolean][], images = 360) => ({
  method: 'paired bootstrap',
  resamples: 1000,
  seed: 1,
  confidence: 0.95,
  images,
  pairs: pairs.map(([a, b, distinguishable]) => ({
    a,
    b,
    difference: 0,
    interval: { low: -1, high: 1 },
    pHolm: 1,
    distinguishable,
    survivesHolm: distinguishable,
  })),
})

describe('the verdict', () => {
  it('names the highest mAP, and the cheapest that cannot be told from it', () => {
    const approaches = [anApproach('a', 0.3, 1), anApproach('b', 0.4, 92), anApproach('c', 0.39, 5)]
    const comparison = aComparison([
      ['a', 'b', true],
      ['a', 'c', true],
      ['b', 'c', false],
    ])
    expect(verdictOf(approaches, comparison)).toEqual({
      winner: 'b',
      bargain: 'c',
      sentences: [
        'B has the highest mAP: 0.400 (95 % interval 0.380 to 0.420).',
        'On this test part it cannot be told from C. The cheapest of them to train is C.',
        'Not distinguishable (the interval of the difference spans 0): B and C.',
      ],
    })
  })
  it('says where the cheapest ran on other hardware than the best', () => {
    const on = (instanceType: string) => ({
      trials: [
        {
          name: 't',
          status: 'Completed' as const,
          instanceType,
          instanceCount: 1,
          billableSeconds: 9,
          hyperparameters: {},
        },
      ],
    })
    const approaches = [
      { ...anApproach('a', 0.3, 1), ...on('ml.m5.xlarge') },
      { ...anApproach('b', 0.4, 2), ...on('ml.g5.xlarge') },
    ]
    expect(verdictOf(approaches, aComparison([['a', 'b', false]])).sentences[1]).toContain(
      'The cheapest of them to train is A, which ran on other hardware (ml.m5.xlarge against ml.g5.xlarge).',
    )
  })
  it('does not offer what is cheaper but worse', () => {
    const comparison = aComparison([['a', 'b', true]])
    expect(verdictOf([anApproach('a', 0.3, 1), anApproach('b', 0.4, 92)], comparison).bargain).toBe('b')
  })
  it('holds no amount of money, so that two runs of one experiment read the same', () => {
    const comparison = aComparison([['a', 'b', false]])
    const of = (factor: number) =>
      verdictOf([anApproach('a', 0.3, 1.37 * factor), anApproach('b', 0.4, 2.9 * factor)], comparison)
    expect(of(1)).toEqual(of(1.07))
  })
  it('says when a price is missing rather than calling something the cheapest', () => {
    const comparison = aComparison([['a', 'b', false]])
    const verdict = verdictOf([anApproach('a', 0.3, null), anApproach('b', 0.4, null)], comparison)
    expect(verdict.bargain).toBeNull()
    expect(verdict.sentences[1]).toContain('is not known, since a price is missing')
  })
  it('warns of few test images', () => {
    expect(
      verdictOf([anApproach('a', 0.3), anApproach('b', 0.4)], aComparison([['a', 'b', false]], 36)).sentences[2],
    ).toContain('With 36 test images only large differences can be seen.')
  })
  it('compares nothing where one approach, or none, was evaluated', () => {
    expect(verdictOf([anApproach('a', 0.3), anApproach('b', null)], aComparison([])).sentences[1]).toContain(
      'No other approach',
    )
    expect(verdictOf([anApproach('b', null)], null)).toMatchObject({ winner: null, bargain: null })
  })
})

describe('the Pareto front', () => {
  const points = fc.array(fc.record({ map: fc.integer({ min: 0, max: 5 }), costUsd: fc.integer({ min: 0, max: 5 }) }), {
    maxLength: 12,
  })
  it('holds just the points that no other beats, by brute force', () => {
    fc.assert(
      fc.property(points, (drawn) => {
        const named = drawn.map((point, index) => ({ ...point, id: String(index) }))
        const front = new Set(paretoFront(named))
        for (const { id, map, costUsd } of named) {
          const beaten = named.some(
            (other) => (other.map > map && other.costUsd <= costUsd) || (other.map >= map && other.costUsd < costUsd),
          )
          expect(front.has(id)).toBe(!beaten)
        }
      }),
    )
  })
})
