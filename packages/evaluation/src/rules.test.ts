import { describe, expect, test } from 'vitest'
import { evaluate, imageOutcomes, parseDetections, parseGroundTruth } from './index.ts'

type Box = readonly [x: number, y: number, width: number, height: number]

/** One class; objects as [image, box], detections as [image, box, score]. */
const aCase = (
  objects: readonly (readonly [number, Box])[],
  detected: readonly (readonly [number, Box, number])[],
  firstId = 1,
) => {
  const groundTruth = parseGroundTruth({
    images: [{ id: 2 }, { id: 1 }],
    categories: [{ id: 1 }],
    annotations: objects.map(([image_id, bbox], i) => ({
      id: firstId + i,
      image_id,
      category_id: 1,
      bbox,
      area: bbox[2] * bbox[3],
      iscrowd: 0,
    })),
  })
  const results = detected.map(([image_id, bbox, score]) => ({ image_id, category_id: 1, bbox, score }))
  return { groundTruth, detections: parseDetections(results, groundTruth) }
}

const judge = (...parts: Parameters<typeof aCase>) => {
  const { groundTruth, detections } = aCase(...parts)
  return evaluate(groundTruth, detections)
}

const square: Box = [0, 0, 10, 10]
const elsewhere: Box = [500, 500, 10, 10]

describe('rules that re-implementations of COCOeval get wrong', () => {
  test('an object with annotation id 0 is never found, as in pycocotools', () => {
    expect(judge([[1, square]], [[1, square, 0.5]], 0).stats[0]).toBe(0)
    expect(judge([[1, square]], [[1, square, 0.5]], 1).stats[0]).toBeCloseTo(1, 12)
  })

  test('equal scores stand by image id, then by file order', () => {
    // Image 1: wrong, right; image 2: right. Precision 0, 1/2, 2/3. In file order it would be 1, 1/2, 2/3.
    const detected = [
      [2, square, 0.5],
      [1, elsewhere, 0.5],
      [1, square, 0.5],
    ] as const
    const objects = [
      [1, square],
      [2, square],
    ] as const
    expect(judge(objects, detected).stats[0]).toBeCloseTo(2 / 3, 12)
  })

  test('of an image and class the 100 surest detections count', () => {
    const falseOnes = (count: number) => Array.from({ length: count }, () => [1, elsewhere, 0.9] as const)
    expect(judge([[1, square]], [...falseOnes(99), [1, square, 0.1]]).stats[0]).toBeCloseTo(1 / 100, 12)
    expect(judge([[1, square]], [...falseOnes(100), [1, square, 0.1]]).stats[8]).toBe(0)
  })

  test('an area of exactly 32² is small and medium', () => {
    const { stats } = judge([[1, [0, 0, 32, 32]]], [[1, [0, 0, 32, 32], 0.5]])
    expect(stats.slice(3, 6)).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12), -1])
  })

  test('an overlap of exactly .5 and .9 reaches these thresholds', () => {
    const { perIouMap } = judge([[1, square]], [[1, [0, 0, 10, 5], 0.5]])
    expect(perIouMap.map(Math.round)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(judge([[1, square]], [[1, [0, 0, 10, 9], 0.5]]).perIouMap.map(Math.round)).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 1, 0,
    ])
  })

  test('a detection that finds nothing is ignored where its own area is out of range', () => {
    const { stats } = judge(
      [[1, square]],
      [
        [1, [200, 200, 200, 200], 0.9],
        [1, square, 0.5],
      ],
    )
    expect([stats[0], stats[3]]).toEqual([expect.closeTo(1 / 2, 12), expect.closeTo(1, 12)])
  })

  test('a false detection of exactly 32² px counts among the medium ones', () => {
    const medium: Box = [0, 0, 40, 40]
    const { stats } = judge(
      [[1, medium]],
      [
        [1, [200, 200, 32, 32], 0.9],
        [1, medium, 0.5],
      ],
    )
    expect(stats[4]).toBeCloseTo(1 / 2, 12)
  })

  test('of equal overlaps the later object is taken', () => {
    const { groundTruth, detections } = aCase(
      [
        [1, square],
        [1, square],
      ],
      [[1, square, 0.5]],
    )
    expect(imageOutcomes(groundTruth, detections, [1])[0].objects.map(({ outcome }) => outcome)).toEqual([
      'missed',
      'found',
    ])
  })

  test('a free object is taken where the best one is held already', () => {
    // The second detection overlaps the first object by .9 and the second by 80 / 120.
    const { stats } = judge(
      [
        [1, square],
        [1, [0, 3, 10, 10]],
      ],
      [
        [1, square, 0.9],
        [1, [0, 1, 10, 10], 0.8],
      ],
    )
    // Both found at thresholds .50 to .65, one of two above: precision 1 at 51 of 101 recall thresholds.
    expect(stats[0]).toBeCloseTo((4 + 6 * (51 / 101)) / 10, 12)
  })

  test('recall 35 / 100 does not reach the recall threshold 35 × .01', () => {
    const boxes = Array.from({ length: 100 }, (_, i): Box => [20 * i, 0, 10, 10])
    const { perCategoryAP } = judge(
      boxes.map((box) => [1, box] as const),
      boxes.slice(0, 35).map((box, i) => [1, box, 1 - i / 100] as const),
    )
    // Thresholds 0 to 34 are reached: 35 of 101, where i / 100 as thresholds would give 36.
    expect(perCategoryAP['1']).toBeCloseTo(35 / 101, 12)
  })

  test('without objects every number is undefined', () => {
    expect(judge([], [[1, square, 0.5]]).stats).toEqual(Array.from({ length: 12 }, () => -1))
  })
})
