import { expect, test } from 'vitest'
import { COCO_OVERLAPS, meanAveragePrecision } from './average-precision.ts'
import type { Box } from './boxes.ts'

const LEFT: Box = [0, 0, 0.4, 1]
const RIGHT: Box = [0.6, 0, 1, 1]
const objects = [
  { classIndex: 0, box: LEFT },
  { classIndex: 0, box: RIGHT },
]
const found = (score: number, box: Box, classIndex = 0) => ({ score, box, classIndex })

test('every object found exactly, and nothing else, is 1 at every overlap', () => {
  const detections = [found(0.9, LEFT), found(0.8, RIGHT)]
  expect(meanAveragePrecision([{ detections, objects }], COCO_OVERLAPS)).toBe(1)
})

test('nothing found is 0, and so is the wrong class', () => {
  expect(meanAveragePrecision([{ detections: [], objects }], [0.5])).toBe(0)
  expect(meanAveragePrecision([{ detections: [found(0.9, LEFT, 1)], objects }], [0.5])).toBe(0)
})

test('one of two objects found gives the 51 of 101 levels of recall up to a half', () => {
  expect(meanAveragePrecision([{ detections: [found(0.9, LEFT)], objects }], [0.5])).toBeCloseTo(51 / 101, 12)
})

test('a false detection ahead of the true ones halves, then lowers precision by a third', () => {
  const middle: Box = [0.4, 0, 0.6, 1]
  const detections = [found(0.9, middle), found(0.8, LEFT), found(0.7, RIGHT)]
  // Precision 0, 1/2, 2/3; read from the right, every level of recall has 2/3.
  expect(meanAveragePrecision([{ detections, objects }], [0.5])).toBeCloseTo(2 / 3, 12)
})

test('a second detection of the same object is false', () => {
  const detections = [found(0.9, LEFT), found(0.8, LEFT), found(0.7, RIGHT)]
  expect(meanAveragePrecision([{ detections, objects }], [0.5])).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12)
})

test('a box that covers three quarters counts up to an overlap of 0.75', () => {
  const detections = [found(0.9, [0, 0, 0.4, 0.75])]
  const image = { detections, objects: objects.slice(0, 1) }
  expect(meanAveragePrecision([image], [0.7])).toBe(1)
  expect(meanAveragePrecision([image], [0.8])).toBe(0)
})
