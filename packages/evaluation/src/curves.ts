import { accumulate } from './accumulate.ts'
import type { Matching } from './match.ts'
import { recallThresholds } from './parameters.ts'

/** The threshold's position in the matching. Throws where the matching was not made at it. */
const thresholdOf = (matching: Matching, iou: number): number => {
  const threshold = matching.iouThresholds.findIndex((value) => Math.abs(value - iou) < 1e-9)
  if (threshold < 0)
    throw new RangeError(`IoU ${iou} met, one of the matching's needed: ${matching.iouThresholds.join(', ')}`)
  return threshold
}

/** A precision–recall curve at one IoU threshold: 101 precisions, at recalls 0, .01, … 1, 0 where the recall is not reached. */
export interface PrecisionRecall {
  iou: number
  /** Mean over the categories that have objects; their mean is mAP at this IoU. Empty where there is none. */
  mean: number[]
  /** By category id; null where the category has no object. The mean of a curve is the category's AP at this IoU. */
  perCategory: Record<string, number[] | null>
}

/**
 * Precision at 101 recalls, interpolated as COCOeval does (each precision is the greatest at this or a higher recall; Everingham et al. 2010,
 * IJCV 88, with COCO's 101 points). For an IoU that is not among COCO's ten make a matching with it: `match(gt, dt, { iouThresholds: [iou] })`.
 */
export const precisionRecall = (matching: Matching, categoryIds: Float64Array, iou = 0.5): PrecisionRecall => {
  const threshold = thresholdOf(matching, iou)
  const {
    precision,
    shape: [, R, K, A, M],
  } = accumulate(matching)
  const curves = Array.from(categoryIds, (_, k) => {
    const curve = recallThresholds.map((__, r) => precision[((threshold * R + r) * K + k) * A * M + M - 1])
    return curve[0] === -1 ? null : curve
  })
  const defined = curves.filter((curve) => curve !== null)
  return {
    iou,
    mean:
      defined.length === 0
        ? []
        : recallThresholds.map((_, r) => defined.reduce((sum, curve) => sum + curve[r], 0) / defined.length),
    perCategory: Object.fromEntries(Array.from(categoryIds, (id, k) => [String(id), curves[k]])),
  }
}

/** Over all categories together; 0–1. Precision is 1 where nothing is reported, F1 is 2PR / (P + R), 0 where both are 0. */
export interface ConfidencePoint {
  confidence: number
  precision: number
  recall: number
  f1: number
}

export interface ConfidenceCurve {
  iou: number
  /** Ascending confidence, each a score that occurs; at most about 200, the best among them. */
  points: ConfidencePoint[]
  /** The point with the highest F1, the higher confidence of equals; null where nothing is found. */
  best: ConfidencePoint | null
}

const pointAt = (confidence: number, right: number, wrong: number, objects: number): ConfidencePoint => ({
  confidence,
  precision: right + wrong === 0 ? 1 : right / (right + wrong),
  recall: objects === 0 ? 0 : right / objects,
  f1: right === 0 ? 0 : (2 * right) / (right + wrong + objects),
})

/** Scores of detections that are right or wrong (not ignored) at a threshold, descending, with which they are. */
const judged = (matching: Matching, threshold: number): { score: number; right: boolean }[] => {
  const found: { score: number; right: boolean }[] = []
  for (const [i, score] of matching.score.entries()) {
    const right = ((matching.trueBits[0][i] >> threshold) & 1) === 1
    if (right || (matching.falseBits[0][i] >> threshold) & 1) found.push({ score, right })
  }
  return found.sort((a, b) => b.score - a.score)
}

const mostPoints = 200

/**
 * Precision, recall and F1 of the detections at or above each confidence. Detections choose their objects by descending score, so that those
 * above a confidence match as if the others had not been made. The best threshold belongs to the data it was chosen on: choose it on
 * validation and report `atConfidence` of it on test.
 */
export const confidenceCurve = (matching: Matching, iou = 0.5): ConfidenceCurve => {
  const objects = matching.objectImage.length
  const points: ConfidencePoint[] = []
  let right = 0
  const detections = judged(matching, thresholdOf(matching, iou))
  for (const [i, detection] of detections.entries()) {
    if (detection.right) right++
    if (detections[i + 1]?.score !== detection.score)
      points.push(pointAt(detection.score, right, i + 1 - right, objects))
  }
  const best = points.reduce<ConfidencePoint | null>((best, point) => (point.f1 > (best?.f1 ?? 0) ? point : best), null)
  const every = Math.ceil(points.length / mostPoints)
  return { iou, points: points.filter((point, i) => i % every === 0 || point === best).reverse(), best }
}

/** Precision, recall and F1 of the detections at or above one confidence. */
export const atConfidence = (matching: Matching, confidence: number, iou = 0.5): ConfidencePoint => {
  const kept = judged(matching, thresholdOf(matching, iou)).filter(({ score }) => score >= confidence)
  const right = kept.filter((detection) => detection.right).length
  return pointAt(confidence, right, kept.length - right, matching.objectImage.length)
}

/** How far confidences are from shares: 0–1. */
export interface Calibration {
  /** Expected calibration error; null without detections. */
  error: number | null
  bins: { from: number; to: number; count: number; meanConfidence: number; shareRight: number }[]
}

/**
 * Expected calibration error (Naeini et al. 2015, AAAI; for detections Küppers et al. 2020, CVPR workshops, confidence only): detections in
 * bins of equal width by score, each bin's distance between mean score and share right at this IoU, weighted by its detections. Scores
 * outside 0–1 count in the first or last bin. Ignored detections are left out; empty bins are not listed.
 */
export const calibration = (matching: Matching, iou = 0.5, binCount = 10): Calibration => {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, scores: 0, right: 0 }))
  const detections = judged(matching, thresholdOf(matching, iou))
  for (const { score, right } of detections) {
    const bin = bins[Math.min(Math.max(Math.floor(score * binCount), 0), binCount - 1)]
    bin.count++
    bin.scores += score
    if (right) bin.right++
  }
  const gaps = bins.reduce((sum, { scores, right }) => sum + Math.abs(scores - right), 0)
  return {
    error: detections.length === 0 ? null : gaps / detections.length,
    bins: bins.flatMap(({ count, scores, right }, i) =>
      count === 0
        ? []
        : [
            {
              from: i / binCount,
              to: (i + 1) / binCount,
              count,
              meanConfidence: scores / count,
              shareRight: right / count,
            },
          ],
    ),
  }
}
