import { describe, expect, test } from 'vitest'
import { parseDetections, parseDetectionsText, parseGroundTruth, parseGroundTruthText } from './index.ts'
import { smallDetections, smallGroundTruth } from './small-case.fixture.ts'

const groundTruth = parseGroundTruth(smallGroundTruth)
const bytes = (text: string) => new TextEncoder().encode(text)

const withAnnotation = (index: number, change: object) => ({
  ...smallGroundTruth,
  annotations: smallGroundTruth.annotations.map((one, i) => (i === index ? { ...one, ...change } : one)),
})

describe('ground truth is refused with its place', () => {
  test.each([
    [[], 'the whole document: met an array of 0, needed an object'],
    [{ images: [], categories: [] }, '/annotations: met nothing, needed an array'],
    [{ ...smallGroundTruth, images: [{ id: 'a' }] }, '/images/0/id: met "a", needed a whole number within ±2^53'],
    [withAnnotation(2, { area: undefined }), '/annotations/2/area: met nothing, needed a finite number'],
    [withAnnotation(2, { iscrowd: undefined }), '/annotations/2/iscrowd: met nothing, needed 0 or 1'],
    [withAnnotation(1, { iscrowd: 2 }), '/annotations/1/iscrowd: met 2, needed 0 or 1'],
    [
      withAnnotation(3, { bbox: [1, 2, 3] }),
      '/annotations/3/bbox: met an array of 3, needed four numbers: x, y, width, height',
    ],
    [withAnnotation(3, { bbox: [1, 2, null, 4] }), '/annotations/3/bbox/2: met null, needed a finite number'],
    [withAnnotation(3, { id: 1 }), '/annotations/3/id: met 1 again, needed an id other than that of /annotations/0'],
    [
      withAnnotation(0, { category_id: 1.5 }),
      '/annotations/0/category_id: met 1.5, needed a whole number within ±2^53',
    ],
  ])('%#: %s', (document, message) => {
    expect(() => parseGroundTruth(document)).toThrow(message)
  })
})

describe('detections are refused with their place', () => {
  const withFirst = (change: object) => [smallDetections[0], { ...smallDetections[1], ...change }]
  test.each([
    [{ annotations: [] }, 'the whole document: met an object, needed an array'],
    [[null], '/0: met null, needed an object'],
    [withFirst({ image_id: 0 }), '/1/image_id: met 0, needed the id of an image of the ground truth'],
    [withFirst({ image_id: '10' }), '/1/image_id: met "10", needed a whole number within ±2^53'],
    [withFirst({ bbox: 'a'.repeat(99) }), `/1/bbox: met "${'a'.repeat(38)}…, needed four numbers: x, y, width, height`],
    [withFirst({ bbox: [0, 0, Infinity, 1] }), '/1/bbox/2: met Infinity, needed a finite number'],
    [withFirst({ score: undefined }), '/1/score: met nothing, needed a finite number'],
  ])('%#: %s', (document, message) => {
    expect(() => parseDetections(document, groundTruth)).toThrow(message)
  })
})

describe('text that is not JSON is refused with line and column', () => {
  test('NaN', () => {
    expect(() => parseDetectionsText(bytes('[{"score":\n NaN}]'), groundTruth)).toThrow(
      'line 2 column 2: met what is not JSON, needed a value',
    )
  })

  test('an empty file', () => {
    expect(() => parseGroundTruthText(bytes(''))).toThrow('line 1 column 1: met what is not JSON, needed a value')
  })
})

describe('what COCOeval leaves out', () => {
  test('detections of an undeclared category are counted and left out', () => {
    const { count, leftOut } = parseDetections(
      [...smallDetections, { ...smallDetections[0], category_id: 1 }],
      groundTruth,
    )
    expect({ count, leftOut }).toEqual({ count: 8, leftOut: 1 })
  })

  test('annotations of an undeclared image or category are left out', () => {
    expect(parseGroundTruth(withAnnotation(0, { image_id: 7 })).objectCount).toBe(5)
    expect(parseGroundTruth(withAnnotation(0, { category_id: 7 })).objectCount).toBe(5)
  })

  test('an empty results list is an empty set of detections', () => {
    expect(parseDetections([], groundTruth).count).toBe(0)
  })
})
