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
  /** At the confidence asked for; else at the one with the best F1 (0 where nothing is found). */
  confusion: Confusion
  /** AP50 that would be won were this kind of error repaired. */
  errors: Record<ErrorKind, number>
  errorCounts: Record<ErrorKind, number>
  calibrationError: number | null
  calibrationBins: Calibration['bins']
}

export interface DiagnoseOptions {
  /** `match(groundTruth, detections)` where it is at hand. */
  matching?: Matching
  /** Least score of the detections in the confusion matrix. (Default: the one with the best F1 on these very images) */
  confidence?: number
}

/** Curves, confusion, kinds of error and calibration of one model. */
export const diagnose = (
  groundTruth: GroundTruth,
  detections: Detections,
  { matching = match(groundTruth, detections), confidence }: DiagnoseOptions = {},
): Diagnosis => {
  const curves = precisionRecall(matching, groundTruth.categoryIds)
  const curve = confidenceCurve(matching)
  const { lost, counts } = lostAp(groundTruth, detections)
  const { error, bins } = calibration(matching)
  return {
    precisionAtRecall: curves.mean.length === 0 ? Array.from({ length: 101 }, () => 0) : curves.mean,
    precisionAtRecallByCategory: curves.perCategory,
    atConfidence: curve.points,
    bestConfidence: curve.best,
    confusion: confusionMatrix(groundTruth, detections, { confidence: confidence ?? curve.best?.confidence ?? 0 }),
    errors: lost,
    errorCounts: counts,
    calibrationError: error,
    calibrationBins: bins,
  }
}
