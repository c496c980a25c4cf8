import { type EvaluationArrays, accumulate } from './accumulate.ts'
import type { Detections, GroundTruth } from './columns.ts'
import { type MatchOptions, type Matching, match } from './match.ts'
import { type AreaName, areaNames } from './parameters.ts'

/** A number per category, by category id; -1 where undefined. */
export type ByCategory = Record<string, number>

/** COCO's numbers, 0–1, each -1 where it is undefined (no object counts). */
export interface Evaluation {
  /** AP, AP50, AP75, AP small, medium, large, AR at 1, 10, 100 detections, AR small, medium, large: COCOeval.summarize's order. */
  stats: number[]
  /** AP over all IoU thresholds. */
  perCategoryAP: ByCategory
  perCategoryAP50: ByCategory
  perCategoryAP75: ByCategory
  /** Recall at 100 detections, mean over all IoU thresholds. */
  perCategoryAR: ByCategory
  perCategoryAPByArea: Record<Exclude<AreaName, 'all'>, ByCategory>
  /** Mean AP at each IoU threshold. */
  perIouMap: number[]
  /** Mean recall at each IoU threshold. */
  perIouAR: number[]
  arrays: EvaluationArrays
}

/** Which cells of the arrays a mean takes in; what is absent means every one. */
interface Selection {
  threshold?: number
  category?: number
  area?: number
  detections?: number
}

const range = (only: number | undefined, count: number): readonly [number, number] =>
  only === undefined ? [0, count] : [only, only + 1]

/** The mean over the chosen cells that are defined, as COCOeval takes it; -1 if there are none. */
const meanOf = (
  values: Float64Array,
  [T, R, K, A, M]: readonly number[],
  { threshold, category, area = 0, detections = 2 }: Selection,
) => {
  const [fromT, toT] = range(threshold, T)
  const [fromK, toK] = range(category, K)
  let sum = 0
  let count = 0
  for (let t = fromT; t < toT; t++)
    for (let r = 0; r < R; r++)
      for (let k = fromK; k < toK; k++) {
        const value = values[(((t * R + r) * K + k) * A + area) * M + detections]
        if (value === -1) continue
        sum += value
        count++
      }
  return count === 0 ? -1 : sum / count
}

const thresholdAt = (matching: Matching, iou: number): number | undefined => {
  const found = matching.iouThresholds.findIndex((threshold) => Math.abs(threshold - iou) < 1e-9)
  return found < 0 ? undefined : found
}

/** COCOeval.summarize and its tables per category and per IoU threshold, from a matching. */
export const summarize = (matching: Matching, categoryIds: Float64Array): Evaluation => {
  const arrays = accumulate(matching)
  const { shape, precision, recall } = arrays
  const recallShape = [shape[0], 1, shape[2], shape[3], shape[4]]
  const ap = (selection: Selection) => meanOf(precision, shape, selection)
  const ar = (selection: Selection) => meanOf(recall, recallShape, selection)
  const apAt = (iou: number, selection: Selection) => {
    const threshold = thresholdAt(matching, iou)
    return threshold === undefined ? -1 : ap({ ...selection, threshold })
  }
  const byCategory = (number: (category: number) => number): ByCategory =>
    Object.fromEntries(Array.from(categoryIds, (id, category) => [String(id), number(category)]))
  const byThreshold = (number: (threshold: number) => number) =>
    Array.from(matching.iouThresholds, (_, threshold) => number(threshold))
  const areas = areaNames.map((_, area) => area).slice(1)
  return {
    stats: [
      ap({}),
      apAt(0.5, {}),
      apAt(0.75, {}),
      ...areas.map((area) => ap({ area })),
      ...[0, 1, 2].map((detections) => ar({ detections })),
      ...areas.map((area) => ar({ area })),
    ],
    perCategoryAP: byCategory((category) => ap({ category })),
    perCategoryAP50: byCategory((category) => apAt(0.5, { category })),
    perCategoryAP75: byCategory((category) => apAt(0.75, { category })),
    perCategoryAR: byCategory((category) => ar({ category })),
    perCategoryAPByArea: {
      small: byCategory((category) => ap({ category, area: 1 })),
      medium: byCategory((category) => ap({ category, area: 2 })),
      large: byCategory((category) => ap({ category, area: 3 })),
    },
    perIouMap: byThreshold((threshold) => ap({ threshold })),
    perIouAR: byThreshold((threshold) => ar({ threshold })),
    arrays,
  }
}

/**
 * COCO evaluation of boxes, equal to pycocotools 2.0.11. Pure; takes 1 to 3 µs a detection, so keep large sets off an event loop that serves
 * others (`evaluateAll` is made for a worker thread).
 */
export const evaluate = (groundTruth: GroundTruth, detections: Detections, options: MatchOptions = {}): Evaluation =>
  summarize(match(groundTruth, detections, options), groundTruth.categoryIds)
