import { describe, expect, test } from 'vitest'
import {
  atConfidence,
  calibration,
  confidenceCurve,
  confusionMatrix,
  diagnose,
  evaluate,
  evaluateAll,
  imageOutcomes,
  lostAp,
  match,
  parseDetections,
  parseGroundTruth,
  precisionRecall,
} from './index.ts'
import { smallDetections, smallGroundTruth } from './small-case.fixture.ts'

const groundTruth = parseGroundTruth(smallGroundTruth)
const detections = parseDetections(smallDetections, groundTruth)
const matching = match(groundTruth, detections)

// Class 3: right, wrong, wrong, wrong, right of 3 objects: precision 1 up to recall 1/3 (34 of 101 points), 2/5 up to 2/3 (33 more).
const ap3 = (34 + 33 * 0.4) / 101
// Class 8: wrong, wrong, right of 3 objects: precision 1/3 up to recall 1/3.
const ap8 = 34 / 3 / 101
const ap = (ap3 + ap8) / 2

const closeTo = (numbers: readonly number[]) => numbers.map((number) => expect.closeTo(number, 12) as number)

describe('a case computed by hand', () => {
  test('has the 12 numbers, all objects being small and found exactly or not at all', () => {
    expect(evaluate(groundTruth, detections).stats).toEqual(
      closeTo([ap, ap, ap, ap, -1, -1, 1 / 3, 1 / 2, 1 / 2, 1 / 2, -1, -1]),
    )
  })

  test('has AP and AR of each class by its id', () => {
    const { perCategoryAP, perCategoryAR, perCategoryAPByArea } = evaluate(groundTruth, detections)
    expect(perCategoryAP).toEqual({ 3: expect.closeTo(ap3, 12) as number, 8: expect.closeTo(ap8, 12) as number })
    expect(perCategoryAR).toEqual({ 3: expect.closeTo(2 / 3, 12) as number, 8: expect.closeTo(1 / 3, 12) as number })
    expect(perCategoryAPByArea.large).toEqual({ 3: -1, 8: -1 })
  })

  test('has a precision–recall curve whose mean is AP', () => {
    const { mean, perCategory } = precisionRecall(matching, groundTruth.categoryIds)
    expect(perCategory['3']?.slice(32, 36)).toEqual(closeTo([1, 1, 0.4, 0.4]))
    expect(perCategory['8']?.slice(32, 36)).toEqual(closeTo([1 / 3, 1 / 3, 0, 0]))
    expect(mean.reduce((sum, value) => sum + value, 0) / 101).toBeCloseTo(ap, 12)
  })

  test('finds one box more at IoU .3', () => {
    const loose = match(groundTruth, detections, { iouThresholds: [0.3] })
    // right, wrong, wrong, right, right: precision 1, 1/2, 3/5
    expect(precisionRecall(loose, groundTruth.categoryIds, 0.3).perCategory['3']?.slice(33, 35)).toEqual(
      closeTo([1, 0.6]),
    )
    expect(() => precisionRecall(matching, groundTruth.categoryIds, 0.3)).toThrow(RangeError)
  })

  test('has its best F1 where all is reported: 3 right of 8, of 6 objects', () => {
    const { points, best } = confidenceCurve(matching)
    expect(points.map(({ confidence }) => confidence)).toEqual([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
    expect(best).toEqual({ confidence: 0.2, precision: 3 / 8, recall: 1 / 2, f1: 6 / 14 })
    expect(points[7]).toEqual({ confidence: 0.9, precision: 1, recall: 1 / 6, f1: 2 / 7 })
  })

  test('keeps 7 of its detections above a confidence chosen elsewhere', () => {
    expect(atConfidence(matching, 0.25)).toEqual({ confidence: 0.25, precision: 2 / 7, recall: 1 / 3, f1: 4 / 13 })
  })

  test('has a confusion matrix whose rows sum to the objects', () => {
    expect(confusionMatrix(groundTruth, detections)).toEqual({
      iou: 0.5,
      confidence: 0.25,
      categoryIds: [3, 8],
      matrix: [
        [1, 0, 2],
        [1, 1, 1],
        [2, 2, 0],
      ],
    })
  })

  test('loses AP50 to each kind of error', () => {
    const { ap: ap50, lost, counts } = lostAp(groundTruth, detections)
    expect(ap50).toBeCloseTo(ap, 12)
    const won = (after3: number, after8: number) => expect.closeTo((after3 + after8) / 202 - ap, 12) as number
    expect(lost).toEqual({
      classification: won(34 + 33 / 2, 34 + 33 / 2),
      localisation: won(34 + 67 * 0.6, 34 / 3),
      both: won(34 + 33 * 0.4, 34 / 2),
      duplicate: won(34 + 33 / 2, 34 / 3),
      background: won(34 + 33 * 0.4, 34 / 2),
      missed: won(34 + 33 * 0.4, 51 / 3),
      falsePositive: won(67, 34),
      falseNegative: won(51 + 50 * 0.4, 101 / 3),
    })
    expect(counts).toEqual({
      classification: 1,
      localisation: 1,
      both: 1,
      duplicate: 1,
      background: 1,
      missed: 1,
      falsePositive: 5,
      falseNegative: 3,
    })
  })

  test('has a calibration error of 4.6 / 8, each score alone in its bin', () => {
    const { error, bins } = calibration(matching)
    expect(error).toBeCloseTo(4.6 / 8, 12)
    expect(bins).toHaveLength(8)
    expect(bins[7]).toEqual({ from: 0.9, to: 1, count: 1, meanConfidence: 0.9, shareRight: 1 })
  })

  test('tells what became of each box of an image', () => {
    const [outcome] = imageOutcomes(groundTruth, detections, [10, 99])
    expect(outcome.fileName).toBe('one.png')
    expect(outcome.detections.map(({ score, outcome }) => [score, outcome])).toEqual([
      [0.9, 'true'],
      [0.8, 'false'],
      [0.7, 'false'],
      [0.3, 'true'],
      [0.2, 'true'],
    ])
    expect(outcome.objects.map(({ id, outcome }) => [id, outcome])).toEqual([
      [1, 'found'],
      [2, 'missed'],
      [5, 'found'],
      [6, 'found'],
    ])
  })

  test('misses an object whose only detection is below the confidence', () => {
    const [{ objects }] = imageOutcomes(groundTruth, detections, [10], { confidence: 0.25 })
    expect(objects.filter(({ outcome }) => outcome === 'missed').map(({ id }) => id)).toEqual([2, 6])
  })

  test('gives the same from bytes, by way of structured clone', () => {
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    const approaches = [{ id: 'a', detections: bytes(smallDetections) }]
    const input = structuredClone({ groundTruth: bytes(smallGroundTruth), approaches })
    const output = structuredClone(evaluateAll(input))
    expect(output.approaches[0].diagnosis).toEqual(diagnose(groundTruth, detections))
    expect(output.approaches[0].evaluation.stats).toEqual(evaluate(groundTruth, detections).stats)
    expect(output.comparison?.approaches[0].mAP.estimate).toBeCloseTo(ap, 12)
  })
})

const withCrowd = (iscrowd: number, detected: object[]) => {
  const box = { image_id: 1, category_id: 1, area: 10_000, bbox: [0, 0, 100, 100] }
  const truth = parseGroundTruth({
    images: [{ id: 1 }],
    categories: [{ id: 1 }],
    annotations: [
      { ...box, id: 1, iscrowd },
      { ...box, id: 2, iscrowd: 0, bbox: [200, 0, 100, 100] },
    ],
  })
  return { truth, found: parseDetections(detected, truth) }
}

describe('a crowd region', () => {
  const inside = { image_id: 1, category_id: 1, bbox: [10, 10, 20, 20], score: 0.9 }
  const { truth, found } = withCrowd(1, [inside, { ...inside, bbox: [200, 0, 100, 100], score: 0.5 }])

  test('takes detections inside it out of every count', () => {
    expect(evaluate(truth, found).stats[0]).toBeCloseTo(1, 12)
    expect(lostAp(truth, found).counts.falsePositive).toBe(0)
    expect(confusionMatrix(truth, found).matrix).toEqual([
      [1, 0],
      [0, 0],
    ])
    expect(imageOutcomes(truth, found, [1])[0].detections.map(({ outcome }) => outcome)).toEqual(['ignored', 'true'])
  })

  test('would be an object without the flag', () => {
    const { truth: plain, found: same } = withCrowd(0, [inside])
    expect(lostAp(plain, same).counts.falsePositive).toBe(1)
  })
})

const oneClassEach = (
  objects: readonly number[][],
  detected: readonly (readonly [category: number, box: number[], score: number])[],
) => {
  const truth = parseGroundTruth({
    images: [{ id: 1 }],
    categories: [{ id: 1 }, { id: 2 }],
    annotations: objects.map((bbox, i) => ({
      id: i + 1,
      image_id: 1,
      category_id: 1,
      bbox,
      area: bbox[2] * bbox[3],
      iscrowd: 0,
    })),
  })
  const results = detected.map(([category_id, bbox, score]) => ({ image_id: 1, category_id, bbox, score }))
  return { truth, found: parseDetections(results, truth) }
}

describe('several detections of one object', () => {
  test('pair up by overlap in the confusion matrix, however sure', () => {
    const { truth, found } = oneClassEach(
      [[0, 0, 10, 10]],
      [
        [1, [0, 0, 10, 8], 0.9],
        [2, [0, 0, 10, 10], 0.5],
      ],
    )
    expect(confusionMatrix(truth, found).matrix).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [1, 0, 0],
    ])
  })

  test('count once when localisation is repaired: the surest becomes right, the other goes', () => {
    const { truth, found } = oneClassEach(
      [
        [0, 0, 10, 10],
        [100, 0, 10, 10],
        [200, 0, 10, 10],
      ],
      [
        [1, [5, 0, 10, 10], 0.9],
        [1, [6, 0, 10, 10], 0.8],
        [1, [100, 0, 10, 10], 0.7],
      ],
    )
    const { ap: before, lost, counts } = lostAp(truth, found)
    expect(counts.localisation).toBe(2)
    // Of three objects one is found, third in order; repaired, two are found, first and second.
    expect(before).toBeCloseTo(34 / 3 / 101, 12)
    expect(before + lost.localisation).toBeCloseTo(67 / 101, 12)
  })

  test('with one score make one point of the confidence curve', () => {
    const { truth, found } = oneClassEach(
      [[0, 0, 10, 10]],
      [
        [1, [0, 0, 10, 10], 0.5],
        [1, [0, 0, 10, 10], 0.5],
      ],
    )
    const point = { confidence: 0.5, precision: 1 / 2, recall: 1, f1: 2 / 3 }
    expect(confidenceCurve(match(truth, found))).toEqual({ iou: 0.5, points: [point], best: point })
  })
})
