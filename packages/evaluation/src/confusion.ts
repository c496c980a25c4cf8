import { groupByImage } from './by-image.ts'
import type { Detections, GroundTruth } from './columns.ts'
import { overlapOf } from './overlap.ts'

export interface ConfusionOptions {
  /** Least overlap of a detection and an object that belong together. (Default: 0.5) */
  iou?: number
  /** Least score of a detection that counts. (Default: 0.25, as in Ultralytics) */
  confidence?: number
}

export interface Confusion {
  iou: number
  confidence: number
  categoryIds: number[]
  /**
   * Objects and detections by what they are (row) and what they were taken for (column), categories in the order of `categoryIds`, then
   * background: the last column counts objects that were missed, the last row detections of nothing. A category's row sums to its objects.
   */
  matrix: number[][]
}

interface Pair {
  object: number
  detection: number
  overlap: number
}

/** Pairs of any classes with enough overlap, the greatest first; of equals the surer detection, then the earlier ones. */
const pairsOf = (
  groundTruth: GroundTruth,
  detections: Detections,
  objects: Int32Array,
  found: Int32Array,
  iou: number,
): Pair[] => {
  const pairs: Pair[] = []
  for (const detection of found)
    for (const object of objects) {
      const overlap = overlapOf(detections.boxes, detection * 4, groundTruth.objectBoxes, object * 4, false)
      if (overlap >= iou) pairs.push({ object, detection, overlap })
    }
  return pairs.sort((a, b) => b.overlap - a.overlap)
}

/** Whether a detection lies in a crowd region of its class, and so is neither right nor wrong. */
const isInCrowd = (groundTruth: GroundTruth, detections: Detections, crowds: Int32Array, d: number, iou: number) =>
  crowds.some(
    (g) =>
      groundTruth.objectCategory[g] === detections.category[d] &&
      overlapOf(detections.boxes, d * 4, groundTruth.objectBoxes, g * 4, true) >= iou,
  )

/**
 * The confusion matrix of a detector, as Ultralytics' ConfusionMatrix.process_batch defines it: within an image detections and objects pair up
 * one to one whatever their classes, the greatest overlap first; what stays alone is paired with background. Crowd regions have no row, and
 * detections inside one of their class are left out.
 */
export const confusionMatrix = (
  groundTruth: GroundTruth,
  detections: Detections,
  { iou = 0.5, confidence = 0.25 }: ConfusionOptions = {},
): Confusion => {
  const background = groundTruth.categoryIds.length
  const matrix = Array.from({ length: background + 1 }, () => Array.from({ length: background + 1 }, () => 0))
  const byImage = groupByImage(groundTruth, detections)
  for (let image = 0; image < groundTruth.imageIds.length; image++) {
    const all = byImage.objects(image)
    const objects = all.filter((g) => groundTruth.objectCrowd[g] === 0)
    const crowds = all.filter((g) => groundTruth.objectCrowd[g] === 1)
    const found = byImage.detections(image).filter((d) => detections.scores[d] >= confidence)
    const objectsLeft = new Set(objects)
    const detectionsLeft = new Set(found)
    for (const { object, detection } of pairsOf(groundTruth, detections, objects, found, iou)) {
      if (!objectsLeft.has(object) || !detectionsLeft.has(detection)) continue
      objectsLeft.delete(object)
      detectionsLeft.delete(detection)
      matrix[groundTruth.objectCategory[object]][detections.category[detection]]++
    }
    for (const object of objectsLeft) matrix[groundTruth.objectCategory[object]][background]++
    for (const detection of detectionsLeft)
      if (!isInCrowd(groundTruth, detections, crowds, detection, iou))
        matrix[background][detections.category[detection]]++
  }
  return { iou, confidence, categoryIds: Array.from(groundTruth.categoryIds), matrix }
}
