import type { Detections, GroundTruth } from './columns.ts'
import { type Confusion, confusionMatrix } from './confusion.ts'
import { type Calibration, type ConfidenceCurve, calibration, confidenceCurve, precisionRecall } from './curves.ts'
import { type ErrorKind, lostAp } from './lost-ap.ts'
import { type Matching, match } from './match.ts'

/** What is wrong with a model, all at IoU .5; plain JSON. */
export interface Diagnosis {
  /** Precision at recalls 0, .01, … 1, mean over the categories that have objects; 101 zeros where there is none. */
  precisionAtRecall: number[]
  /** The same for each category, by category id; null where it has no object. */
  precisionAtRecallByCategory: Record<string, number[] | null>
  /** Ascending confidence. */
  atConfidence: ConfidenceCurve['points']
  bestConfidence: ConfidenceCurve['best']
  /** At the confidence with the best F1 (0 where nothing is found). */
  confusion: Confusion
  /** AP50 that would be won were this kind of error repaired. */
  errors: Record<ErrorKind, number>
  errorCounts: Record<ErrorKind, number>
  calibrationError: number | null
  calibrationBins: Calibration['bins']
}

/** Curves, confusion, kinds of error and calibration of one model. `matching` is `match(groundTruth, detections)` where it is at hand. */
export const diagnose = (
  groundTruth: GroundTruth,
  detections: Detections,
  matching: Matching = match(groundTruth, detections),
): Diagnosis => {
  const curves = precisionRecall(matching, groundTruth.categoryIds)
  const confidence = confidenceCurve(matching)
  const { lost, counts } = lostAp(groundTruth, detections)
  const { error, bins } = calibration(matching)
  return {
    precisionAtRecall: curves.mean.length === 0 ? Array.from({ length: 101 }, () => 0) : curves.mean,
    precisionAtRecallByCategory: curves.perCategory,
    atConfidence: confidence.points,
    bestConfidence: confidence.best,
    confusion: confusionMatrix(groundTruth, detections, { confidence: confidence.best?.confidence ?? 0 }),
    errors: lost,
    errorCounts: counts,
    calibrationError: error,
    calibrationBins: bins,
  }
}
