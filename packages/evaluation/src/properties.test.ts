import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate, match, pairedBootstrap, parseDetections, parseGroundTruth } from './index.ts'
import { createWeightedMap } from './weighted-map.ts'

interface Case {
  images: { id: number }[]
  categories: { id: number }[]
  annotations: {
    id: number
    image_id: number
    category_id: number
    bbox: number[]
    area: number
    iscrowd: number
  }[]
  detections: { image_id: number; category_id: number; bbox: number[]; score: number }[]
}

const imageIds = [3, 7, 8, 20]
const categoryIds = [1, 5, 9]

/** Few places, so that boxes do overlap; sides over both area boundaries. */
const box = fc
  .tuple(
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 1, max: 14 }),
    fc.integer({ min: 1, max: 14 }),
  )
  .map((numbers) => numbers.map((number) => number * 8))

const objects = fc.array(
  fc.record({
    image_id: fc.constantFrom(...imageIds),
    category_id: fc.constantFrom(...categoryIds),
    bbox: box,
    crowd: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 1, maxLength: 14 },
)
interface Seen {
  image_id: number
  category_id: number
  bbox: number[]
}

/** Some anywhere, some near an object, so that they are right at some thresholds only. */
const boxesNear = (objects: readonly Seen[]): fc.Arbitrary<Seen[]> => {
  const shift = fc.integer({ min: -6, max: 6 })
  const near = fc
    .tuple(fc.constantFrom(...objects), shift, shift, shift, shift)
    .map(([{ image_id, category_id, bbox }, ...by]) => ({
      image_id,
      category_id,
      bbox: bbox.map((side, i) => (i < 2 ? side + by[i] : Math.max(1, side + by[i]))),
    }))
  const anywhere = fc.record({
    image_id: fc.constantFrom(...imageIds),
    category_id: fc.constantFrom(...categoryIds),
    bbox: box,
  })
  return fc.array(fc.oneof(anywhere, near), { maxLength: 25 })
}

/** Scores all different, since ties are decided by image and file order. */
const scored = (boxes: readonly Seen[]) =>
  fc
    .shuffledSubarray(
      boxes.map((_, i) => (i + 1) / 32),
      { minLength: boxes.length },
    )
    .map((scores) => boxes.map((one, i) => ({ ...one, score: scores[i] })))

const cases: fc.Arbitrary<Case> = objects
  .chain((objects) => fc.tuple(fc.constant(objects), boxesNear(objects).chain(scored)))
  .map(([objects, detections]) => ({
    images: imageIds.map((id) => ({ id })),
    categories: categoryIds.map((id) => ({ id })),
    annotations: objects.map(({ crowd, ...object }, i) => ({
      ...object,
      id: i + 1,
      area: object.bbox[2] * object.bbox[3],
      iscrowd: crowd === 0 ? 1 : 0,
    })),
    detections,
  }))

const parse = (one: Case) => {
  const groundTruth = parseGroundTruth(one)
  return { groundTruth, detections: parseDetections(one.detections, groundTruth) }
}
const judge = (one: Case) => {
  const { groundTruth, detections } = parse(one)
  const { arrays, ...numbers } = evaluate(groundTruth, detections)
  return { ...numbers, curve: arrays.precision.slice(0, 600).join() }
}
const statsOf = (one: Case) => judge(one).stats
const mapOf = (one: Case) => judge(one).stats[0]
const close = (numbers: readonly number[]) => numbers.map((number) => expect.closeTo(number, 12) as number)

const always = (holds: (one: Case) => void) => fc.assert(fc.property(cases, holds), { numRuns: 60 })

/** The case with image i standing weights[i] times, each copy a new image. */
const repeated = (one: Case, weights: readonly number[]): Case => {
  const copies = imageIds.flatMap((id, i) =>
    Array.from({ length: weights[i] }, (_, copy) => ({ id, newId: id * 100 + copy })),
  )
  const copied = <Entry extends { image_id: number }>(entries: readonly Entry[]) =>
    copies.flatMap(({ id, newId }) =>
      entries.filter((entry) => entry.image_id === id).map((entry) => ({ ...entry, image_id: newId })),
    )
  return {
    ...one,
    images: copies.map(({ newId }) => ({ id: newId })),
    annotations: copied(one.annotations).map((annotation, i) => ({ ...annotation, id: i + 1 })),
    detections: copied(one.detections),
  }
}

describe('evaluation, whatever the case', () => {
  test('the order of images, categories and detections in the files does not matter', () => {
    always((one) => {
      const turned = {
        ...one,
        images: one.images.toReversed(),
        categories: one.categories.toReversed(),
        detections: one.detections.toReversed(),
      }
      expect(judge(turned)).toEqual(judge(one))
    })
  })

  test('which ids the images have does not matter', () => {
    always((one) => {
      const renamed = <Entry extends { image_id: number }>(entry: Entry) => ({
        ...entry,
        image_id: 1000 - entry.image_id,
      })
      const other = {
        ...one,
        images: one.images.map(({ id }) => ({ id: 1000 - id })),
        annotations: one.annotations.map(renamed),
        detections: one.detections.map(renamed),
      }
      expect(statsOf(other)).toEqual(close(statsOf(one)))
    })
  })

  test('a class without objects changes nothing, whatever is detected of it', () => {
    always((one) => {
      const more = [...one.detections, ...one.detections.map((detection) => ({ ...detection, category_id: 4 }))]
      expect(statsOf({ ...one, categories: [...one.categories, { id: 4 }], detections: more })).toEqual(
        close(statsOf(one)),
      )
    })
  })

  test('an image without objects and detections changes nothing', () => {
    always((one) => {
      expect(statsOf({ ...one, images: [...one.images, { id: 5 }] })).toEqual(statsOf(one))
    })
  })

  test('a perfect detector scores 1 up to 2^-52 wherever a number is defined', () => {
    always((one) => {
      const perfect = one.annotations.map((annotation) => ({ ...annotation, score: 0.5, iscrowd: 0 }))
      const { stats } = judge({ ...one, annotations: perfect, detections: perfect })
      // AR at 1 detection is below 1 where an image has several objects of a class.
      for (const number of [...stats.slice(0, 6), ...stats.slice(7)].filter((value) => value !== -1))
        expect(Math.abs(number - 1)).toBeLessThan(1e-15)
    })
  })

  test('without detections every defined number is 0', () => {
    always((one) => {
      expect(statsOf({ ...one, detections: [] }).every((value) => value === 0 || value === -1)).toBe(true)
    })
  })

  test('only the order of scores matters', () => {
    always((one) => {
      const rescored = {
        ...one,
        detections: one.detections.map((detection) => ({ ...detection, score: -8 / detection.score })),
      }
      expect(statsOf(rescored)).toEqual(statsOf(one))
    })
  })

  test('moving all boxes of all images by whole pixels changes nothing', () => {
    always((one) => {
      const moved = <Entry extends { bbox: number[] }>(entry: Entry) => ({
        ...entry,
        bbox: [entry.bbox[0] + 31, entry.bbox[1] - 17, entry.bbox[2], entry.bbox[3]],
      })
      expect(judge({ ...one, annotations: one.annotations.map(moved), detections: one.detections.map(moved) })).toEqual(
        judge(one),
      )
    })
  })

  test('one more detection, less sure than all others, never lowers a number', () => {
    fc.assert(
      fc.property(cases, box, (one, bbox) => {
        const last = { image_id: 7, category_id: 5, bbox, score: -1 }
        const before = statsOf(one)
        const after = statsOf({ ...one, detections: [...one.detections, last] })
        expect(after.every((value, i) => value >= before[i] - 1e-12)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('every number lies between 0 and 1 or is -1', () => {
    always((one) => {
      expect(statsOf(one).every((value) => value === -1 || (value >= 0 && value <= 1))).toBe(true)
    })
  })
})

describe('mAP by weights of images', () => {
  test('is that of a data set in which each image stands so often', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }), (one, weights) => {
        const { groundTruth, detections } = parse(one)
        const weighted = createWeightedMap(match(groundTruth, detections))(Int32Array.from(weights))
        expect(weighted).toBeCloseTo(mapOf(repeated(one, weights)), 12)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the paired bootstrap', () => {
  const named = (one: Case, ids: readonly string[]) => {
    const { groundTruth, detections } = parse(one)
    return ids.map((id) => ({ id, matching: match(groundTruth, detections) }))
  }

  test('gives the same for the same seed, and the estimate of evaluate', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const run = () => pairedBootstrap(named(one, ['a', 'b']), { resamples: 50, seed: 3 })
        expect(run()).toEqual(run())
        expect(run()?.approaches[0].mAP.estimate ?? -1).toBeCloseTo(mapOf(one), 12)
      }),
      { numRuns: 30 },
    )
  })

  test('cannot tell an approach from itself', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const comparison = pairedBootstrap(named(one, ['a', 'b']), { resamples: 50 })
        fc.pre(comparison !== undefined)
        expect(comparison?.pairs).toEqual([
          {
            a: 'a',
            b: 'b',
            difference: { estimate: 0, low: 0, high: 0 },
            pValue: expect.closeTo(1, 6) as number,
            pValueHolm: expect.closeTo(1, 6) as number,
            verdict: 'not distinguishable',
            survivesHolm: false,
          },
        ])
        expect(comparison?.approaches.map(({ probabilityBest }) => probabilityBest)).toEqual([0.5, 0.5])
      }),
      { numRuns: 30 },
    )
  })
})
