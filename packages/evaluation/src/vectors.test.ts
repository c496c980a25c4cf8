import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Evaluation, InputError, evaluate, parseDetections, parseGroundTruth } from './index.ts'

interface Expected {
  error: null | { type: string; message: string }
  stats: number[]
  perCategoryAP: Record<string, number>
  perCategoryAP50: Record<string, number>
  perCategoryAP75: Record<string, number>
  perCategoryAR: Record<string, number>
  perCategoryAPByArea: Record<'small' | 'medium' | 'large', Record<string, number>>
  perIouMap: number[]
  perIouAR: number[]
  arrays: {
    shape: number[]
    undefinedPrecisionCells: number
    undefinedRecallCells: number
    precisionMean: number[][]
    recallMean: number[][]
    scoreMean: number[][]
  }
  curvesAtIou50?: Record<string, { precision: number[]; scores: number[] }>
}

interface Case {
  name: string
  file: string
  tags: string[]
}

interface Vector {
  groundTruth: unknown
  detections: unknown
  expected: Expected
}

const shared = process.env['ASSAY_SHARED'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url))
const folder = `${shared}/reference/coco-eval`
const present = existsSync(`${folder}/index.json`)
const tolerance = 1e-9

const load = (path: string): unknown => {
  const bytes = readFileSync(path)
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
}

/** The greatest difference between numbers at the same place; Infinity where the shapes differ. */
const difference = (got: unknown, wanted: unknown): number => {
  if (typeof wanted === 'number') return typeof got === 'number' ? Math.abs(got - wanted) : Infinity
  if (typeof wanted !== 'object' || wanted === null || typeof got !== 'object' || got === null) return Infinity
  const keys = Object.keys(wanted)
  if (keys.toSorted().join() !== Object.keys(got).toSorted().join()) return Infinity
  return keys.reduce(
    (greatest, key) =>
      Math.max(greatest, difference((got as Record<string, unknown>)[key], (wanted as Record<string, unknown>)[key])),
    0,
  )
}

/** 4 × 3 means over the cells of [.., A, M] that are defined. */
const means = (values: Float64Array, defined: Float64Array): number[][] =>
  [0, 1, 2, 3].map((a) =>
    [0, 1, 2].map((m) => {
      const cells = values.filter((_, i) => i % 12 === a * 3 + m && defined[i] !== -1)
      return cells.length === 0 ? -1 : cells.reduce((sum, value) => sum + value, 0) / cells.length
    }),
  )

const undefinedCells = (values: Float64Array) => values.filter((value) => value === -1).length

const curvesAtIou50 = ({ arrays }: Evaluation, categoryIds: Float64Array) => {
  const [, R, K] = arrays.shape
  const at = (values: Float64Array, k: number) => Array.from({ length: R }, (_, r) => values[(r * K + k) * 12 + 2])
  return Object.fromEntries(
    Array.from(categoryIds, (id, k) => [
      String(id),
      { precision: at(arrays.precision, k), scores: at(arrays.scores, k) },
    ]),
  )
}

describe.skipIf(!present)('pycocotools vectors (skipped where the shared reference folder is absent)', () => {
  const cases = present ? (load(`${folder}/index.json`) as { case: Case[] }).case : []

  test('there are 64 cases', () => {
    expect(cases).toHaveLength(64)
  })

  test.each(cases.filter(({ tags }) => !tags.includes('error')))(
    '$name gives the numbers of pycocotools within 1e-9',
    ({ file }) => {
      const { groundTruth, detections, expected } = load(`${folder}/${file}`) as Vector
      const gt = parseGroundTruth(groundTruth)
      const evaluation = evaluate(gt, parseDetections(detections, gt))
      const { arrays } = evaluation
      const got = {
        stats: evaluation.stats,
        perCategoryAP: evaluation.perCategoryAP,
        perCategoryAP50: evaluation.perCategoryAP50,
        perCategoryAP75: evaluation.perCategoryAP75,
        perCategoryAR: evaluation.perCategoryAR,
        perCategoryAPByArea: evaluation.perCategoryAPByArea,
        perIouMap: evaluation.perIouMap,
        perIouAR: evaluation.perIouAR,
        arrays: {
          shape: arrays.shape,
          undefinedPrecisionCells: undefinedCells(arrays.precision),
          undefinedRecallCells: undefinedCells(arrays.recall),
          precisionMean: means(arrays.precision, arrays.precision),
          recallMean: means(arrays.recall, arrays.recall),
          scoreMean: means(arrays.scores, arrays.precision),
        },
        ...(expected.curvesAtIou50 === undefined ? {} : { curvesAtIou50: curvesAtIou50(evaluation, gt.categoryIds) }),
      }
      const beyondTolerance = Object.entries(expected).filter(
        ([name, wanted]) => name !== 'error' && !(difference(got[name as keyof typeof got], wanted) < tolerance),
      )
      expect(beyondTolerance).toEqual([])
    },
  )

  test.each(cases.filter(({ tags }) => tags.includes('error')))('$name is refused', ({ file }) => {
    const { groundTruth, detections } = load(`${folder}/${file}`) as Vector
    expect(() => parseDetections(detections, parseGroundTruth(groundTruth))).toThrow(InputError)
  })
})
