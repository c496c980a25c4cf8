import type { Detections, GroundTruth } from './columns.ts'
import { orderByKey } from './stable-order.ts'

const upTo = (count: number) => Int32Array.from({ length: count }, (_, i) => i)

/** Positions of objects and of detections of each image; objects in file order, detections by descending score, then file order. */
export interface ByImage {
  objects: (image: number) => Int32Array
  detections: (image: number) => Int32Array
}

export const groupByImage = (groundTruth: GroundTruth, detections: Detections): ByImage => {
  const imageCount = groundTruth.imageIds.length
  const objects = orderByKey(upTo(groundTruth.objectCount), groundTruth.objectImage, imageCount)
  const byScore = upTo(detections.count).sort((a, b) => detections.scores[b] - detections.scores[a] || a - b)
  const found = orderByKey(byScore, detections.image, imageCount)
  return {
    objects: (image) => objects.order.subarray(objects.start[image], objects.start[image + 1]),
    detections: (image) => found.order.subarray(found.start[image], found.start[image + 1]),
  }
}
