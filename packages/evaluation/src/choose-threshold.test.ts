import { expect, it } from 'vitest'
import { chooseThreshold } from './choose-threshold.ts'
import { match } from './match.ts'
import { parseDetections } from './parse-detections.ts'
import { parseGroundTruth } from './parse-ground-truth.ts'

type Box = [number, number, number, number]

const here: Box = [0, 0, 10, 10]
const nowhere: Box = [50, 50, 10, 10]

/** Images with one object each, all at the same place; detections as [image, score, whether it is right]. */
const matchingOf = (images: number, detections: [number, number, boolean][]) => {
  const ids = Array.from({ length: images }, (_, index) => index + 1)
  const truth = parseGroundTruth({
    images: ids.map((id) => ({ id, file_name: `${id}.png`, width: 100, height: 100 })),
    categories: [{ id: 1, name: 'dent' }],
    annotations: ids.map((id) => ({ id, image_id: id, category_id: 1, bbox: here, area: 100, iscrowd: 0 })),
  })
  const boxes = detections.map(([image_id, score, right]) => ({
    image_id,
    category_id: 1,
    bbox: right ? here : nowhere,
    score,
  }))
  return match(truth, parseDetections(boxes, truth))
}

it('is the confidence with the best F1 on validation; its rates on test are counted from there', () => {
  // F1 from .9 on: 2·1/(1+2) = 2/3; from .7: 2·2/(2+2) = 1; from .5: 2·2/(3+2) = 4/5.
  const validation = matchingOf(2, [
    [1, 0.9, true],
    [2, 0.7, true],
    [2, 0.5, false],
  ])
  // From .7 on: two right, one wrong, two objects missed. From .6 on F1 would be 2·4/(5+4), which test alone would have chosen.
  const test = matchingOf(4, [
    [1, 0.8, true],
    [2, 0.75, true],
    [2, 0.7, false],
    [3, 0.6, true],
    [4, 0.6, true],
  ])
  expect(chooseThreshold(validation, test)).toEqual({
    confidence: 0.7,
    validation: { confidence: 0.7, precision: 1, recall: 1, f1: 1 },
    test: { confidence: 0.7, precision: 2 / 3, recall: 1 / 2, f1: 4 / 7 },
  })
})

it('is none where validation finds nothing', () => {
  const test = matchingOf(1, [[1, 0.9, true]])
  expect(chooseThreshold(matchingOf(1, [[1, 0.9, false]]), test)).toBeNull()
  expect(chooseThreshold(matchingOf(1, []), test)).toBeNull()
})
