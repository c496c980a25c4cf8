import { type LabelledBox, overlap } from './boxes.ts'
import type { Detection } from './detect.ts'

/** One image's answers beside the truth. */
export interface ScoredImage {
  detections: readonly Detection[]
  objects: readonly LabelledBox[]
}

/** IoU thresholds of COCO's mean. */
export const COCO_OVERLAPS: readonly number[] = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i)

/**
 * Mean average precision over the classes that occur, averaged over `overlaps`; precision is read at 101 levels of recall.
 * For the programs' own validation figures; a report's numbers come from the evaluation package.
 */
export const meanAveragePrecision = (images: readonly ScoredImage[], overlaps: readonly number[]): number => {
  const classes = new Set(images.flatMap(({ objects }) => objects.map(({ classIndex }) => classIndex)))
  let sum = 0
  for (const classIndex of classes)
    for (const threshold of overlaps) sum += averagePrecision(images, classIndex, threshold)
  return classes.size === 0 ? 0 : sum / (classes.size * overlaps.length)
}

const averagePrecision = (images: readonly ScoredImage[], wantedClass: number, threshold: number): number => {
  let wanted = 0
  const hits: { score: number; isTrue: boolean }[] = []
  for (const { detections, objects } of images) {
    const open = objects.filter(({ classIndex }) => classIndex === wantedClass)
    wanted += open.length
    // Detections come highest score first.
    for (const { classIndex, score, box } of detections) {
      if (classIndex !== wantedClass) continue
      let best = -1
      let bestOverlap = threshold
      open.forEach((object, i) => {
        const shared = overlap(object.box, box)
        if (shared >= bestOverlap) [best, bestOverlap] = [i, shared]
      })
      if (best >= 0) open.splice(best, 1)
      hits.push({ score, isTrue: best >= 0 })
    }
  }
  hits.sort((a, b) => b.score - a.score)
  const recall: number[] = []
  const precision: number[] = []
  let found = 0
  hits.forEach(({ isTrue }, i) => {
    if (isTrue) found++
    recall.push(found / wanted)
    precision.push(found / (i + 1))
  })
  for (let i = precision.length - 2; i >= 0; i--) precision[i] = Math.max(precision[i] ?? 0, precision[i + 1] ?? 0)
  let sum = 0
  let at = 0
  for (let level = 0; level <= 100; level++) {
    while (at < recall.length && (recall[at] ?? 0) < level / 100) at++
    sum += precision[at] ?? 0
  }
  return sum / 101
}
