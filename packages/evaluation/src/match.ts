import { CellMatcher } from './cell-matcher.ts'
import type { Detections, GroundTruth } from './columns.ts'
import { areaRanges, iouThresholds as cocoIouThresholds, maxDetections } from './parameters.ts'
import { orderByDescendingScore, orderByKey } from './stable-order.ts'

export interface MatchOptions {
  /** At most 16, ascending. (Default: COCO's ten, .5 to .95) */
  iouThresholds?: readonly number[]
}

/**
 * What became of every detection at every IoU threshold and area range: all that precision, recall and resampling need. The detections kept
 * (at most 100 of an image and class) stand category by category, in each by descending score, then by image, then by file order.
 */
export interface Matching {
  iouThresholds: Float64Array
  imageCount: number
  categoryCount: number
  /** Kept detections of category k are `categoryStart[k]` to `categoryStart[k + 1]`. */
  categoryStart: Int32Array
  /** Of each kept detection: its position among the `Detections`, its image, its score, its place (0–99) within image and class. */
  detection: Int32Array
  image: Int32Array
  score: Float64Array
  place: Uint8Array
  /** One array per area range (all, small, medium, large); bit t is threshold t. Neither bit: ignored. */
  trueBits: Uint16Array[]
  falseBits: Uint16Array[]
  /** Objects that count (no crowd regions, area in range) of category k in area range a, at `a * categoryCount + k`. */
  objects: Int32Array
  /** Objects that count in any range ("all"), category by category, with their image: for resampling. */
  objectCategoryStart: Int32Array
  objectImage: Int32Array
}

const fileOrder = (count: number): Int32Array => {
  const order = new Int32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  return order
}

const ignoredIn = ({ objectAreas, objectCrowd }: GroundTruth, [least, most]: readonly [number, number]): Uint8Array =>
  objectCrowd.map((crowd, g) => (objectAreas[g] < least || objectAreas[g] > most ? 1 : crowd))

/** The detections of each category by descending score, then image, then file order; at most 100 of an image, with their places. */
const rankDetections = (detections: Detections, imageCount: number, categoryCount: number) => {
  const byImage = orderByKey(fileOrder(detections.count), detections.image, imageCount).order
  const byScore = orderByDescendingScore(byImage, detections.scores)
  const { order, start } = orderByKey(byScore, detections.category, categoryCount)
  const place = new Uint8Array(order.length)
  const kept = new Int32Array(order.length)
  const categoryStart = new Int32Array(categoryCount + 1)
  const seen = new Uint8Array(imageCount)
  let count = 0
  for (let k = 0; k < categoryCount; k++) {
    seen.fill(0)
    for (let i = start[k]; i < start[k + 1]; i++) {
      const detection = order[i]
      const rank = seen[detections.image[detection]]
      if (rank >= maxDetections[2]) continue
      seen[detections.image[detection]] = rank + 1
      place[count] = rank
      kept[count++] = detection
    }
    categoryStart[k + 1] = count
  }
  return { detection: kept.subarray(0, count), place: place.subarray(0, count), categoryStart }
}

/** Positions `from` to `to` of the kept detections, grouped by image: those of image i are `start[i]` to `start[i + 1]` of `order`. */
const groupByImage = (image: Int32Array, from: number, to: number, imageCount: number) => {
  const positions = new Int32Array(to - from)
  for (let i = 0; i < positions.length; i++) positions[i] = from + i
  return orderByKey(positions, image, imageCount)
}

/** Objects that are not ignored, by area range and category. */
const objectsThatCount = (ignored: readonly Uint8Array[], objectCategory: Int32Array, categoryCount: number) => {
  const objects = new Int32Array(ignored.length * categoryCount)
  for (let a = 0; a < ignored.length; a++)
    for (let g = 0; g < objectCategory.length; g++)
      if (ignored[a][g] === 0) objects[a * categoryCount + objectCategory[g]]++
  return objects
}

/** Matches detections with objects as COCOeval.evaluateImg does, for every image, class, area range and IoU threshold. */
export const match = (groundTruth: GroundTruth, detections: Detections, options: MatchOptions = {}): Matching => {
  const thresholds = options.iouThresholds ?? cocoIouThresholds
  if (thresholds.length < 1 || thresholds.length > 16)
    throw new RangeError(`${thresholds.length} IoU thresholds met, 1 to 16 needed`)
  const imageCount = groundTruth.imageIds.length
  const categoryCount = groundTruth.categoryIds.length
  const { detection, place, categoryStart } = rankDetections(detections, imageCount, categoryCount)
  const image = detection.map((d) => detections.image[d])
  const everyBit = 2 ** thresholds.length - 1

  const trueBits = areaRanges.map(() => new Uint16Array(detection.length))
  // Until a cell says otherwise nothing is held: false where the detection's own area is in range, else ignored.
  const falseBits = areaRanges.map(([least, most]) =>
    Uint16Array.from(detection, (d) => {
      const area = detections.boxes[d * 4 + 2] * detections.boxes[d * 4 + 3]
      return area < least || area > most ? 0 : everyBit
    }),
  )

  const ignored = areaRanges.map((range) => ignoredIn(groundTruth, range))
  const objectsByImage = orderByKey(fileOrder(groundTruth.objectCount), groundTruth.objectImage, imageCount).order
  const objects = orderByKey(objectsByImage, groundTruth.objectCategory, categoryCount)
  const matcher = new CellMatcher(groundTruth, detections, thresholds)
  for (let k = 0; k < categoryCount; k++) {
    const cells = groupByImage(image, categoryStart[k], categoryStart[k + 1], imageCount)
    const lastObject = objects.start[k + 1]
    for (let from = objects.start[k], to = from; from < lastObject; from = to) {
      const cellImage = groundTruth.objectImage[objects.order[from]]
      while (to < lastObject && groundTruth.objectImage[objects.order[to]] === cellImage) to++
      const positions = cells.order.subarray(cells.start[cellImage], cells.start[cellImage + 1])
      if (positions.length === 0) continue
      const cellObjects = objects.order.subarray(from, to)
      matcher.load(
        positions.map((position) => detection[position]),
        cellObjects,
      )
      for (let a = 0; a < areaRanges.length; a++) {
        matcher.match(positions.length, cellObjects, ignored[a])
        for (let i = 0; i < positions.length; i++) {
          const position = positions[i]
          const held = matcher.heldBits[i]
          const neither = matcher.ignoredBits[i]
          trueBits[a][position] = held & ~neither
          falseBits[a][position] &= ~(held | neither)
        }
      }
    }
  }

  const counting = objectsByImage.filter((g) => ignored[0][g] === 0)
  const byCategory = orderByKey(counting, groundTruth.objectCategory, categoryCount)
  return {
    iouThresholds: Float64Array.from(thresholds),
    imageCount,
    categoryCount,
    categoryStart,
    detection,
    image,
    score: Float64Array.from(detection, (d) => detections.scores[d]),
    place,
    trueBits,
    falseBits,
    objects: objectsThatCount(ignored, groundTruth.objectCategory, categoryCount),
    objectCategoryStart: byCategory.start,
    objectImage: byCategory.order.map((g) => groundTruth.objectImage[g]),
  }
}
