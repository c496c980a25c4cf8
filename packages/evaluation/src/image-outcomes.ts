import { groupByImage } from './by-image.ts'
import { CellMatcher } from './cell-matcher.ts'
import type { Detections, GroundTruth } from './columns.ts'
import { maxDetections } from './parameters.ts'

/** One image's boxes and what became of them; boxes as [x, y, width, height] in px. */
export interface ImageOutcome {
  imageId: number
  fileName: string
  /** By descending score. 'ignored' ones are neither right nor wrong: they hold a crowd region. */
  detections: { categoryId: number; box: number[]; score: number; outcome: 'true' | 'false' | 'ignored' }[]
  objects: { id: number; categoryId: number; box: number[]; outcome: 'found' | 'missed' | 'crowd' }[]
}

export interface OutcomeOptions {
  /** (Default: 0.5) */
  iou?: number
  /** Least score of a detection that is shown and matched. (Default: none, all) */
  confidence?: number
}

const boxAt = (boxes: Float64Array, i: number): number[] => Array.from(boxes.subarray(i * 4, i * 4 + 4))

/** True, false and missed boxes of the images asked for (ids), for pictures: matched as COCOeval does, at one IoU. Unknown ids are left out. */
export const imageOutcomes = (
  groundTruth: GroundTruth,
  detections: Detections,
  imageIds: readonly number[],
  { iou = 0.5, confidence = -Infinity }: OutcomeOptions = {},
): ImageOutcome[] => {
  const byImage = groupByImage(groundTruth, detections)
  const matcher = new CellMatcher(groundTruth, detections, [iou])
  return imageIds.flatMap((imageId) => {
    const image = groundTruth.imageIds.indexOf(imageId)
    if (image < 0) return []
    const objects = byImage.objects(image)
    const shown = byImage.detections(image).filter((d) => detections.scores[d] >= confidence)
    const outcomes = new Map<number, 'true' | 'false' | 'ignored'>()
    const found = new Set<number>()
    for (const category of new Set(shown.map((d) => detections.category[d]))) {
      const cell = shown.filter((d) => detections.category[d] === category).subarray(0, maxDetections[2])
      const cellObjects = objects.filter((g) => groundTruth.objectCategory[g] === category)
      matcher.load(cell, cellObjects)
      matcher.match(cell.length, cellObjects, groundTruth.objectCrowd)
      for (const [i, d] of cell.entries()) {
        const held = matcher.heldObjects[i]
        outcomes.set(d, held < 0 ? 'false' : matcher.ignoredBits[i] ? 'ignored' : 'true')
        if (held >= 0) found.add(held)
      }
    }
    return {
      imageId,
      fileName: groundTruth.imageFileNames[image],
      detections: Array.from(shown)
        .filter((d) => outcomes.has(d))
        .map((d) => ({
          categoryId: groundTruth.categoryIds[detections.category[d]],
          box: boxAt(detections.boxes, d),
          score: detections.scores[d],
          outcome: outcomes.get(d) ?? 'false',
        })),
      objects: Array.from(objects, (g) => ({
        id: groundTruth.objectIds[g],
        categoryId: groundTruth.categoryIds[groundTruth.objectCategory[g]],
        box: boxAt(groundTruth.objectBoxes, g),
        outcome: groundTruth.objectCrowd[g] === 1 ? 'crowd' : found.has(g) ? 'found' : 'missed',
      })),
    }
  })
}
