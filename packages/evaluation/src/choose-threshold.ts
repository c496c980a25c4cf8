import { atConfidence, type ConfidencePoint, confidenceCurve } from './curves.ts'
import type { Matching } from './match.ts'

export interface ChosenThreshold {
  confidence: number
  /** What it gives on the images that it was chosen on: the best that any confidence gives there. */
  validation: ConfidencePoint
  /** What it gives on images that had no say in it. */
  test: ConfidencePoint
}

/**
 * The confidence with the best F1 on validation, and what it gives on test. Both matchings are of one model, over different images. Null where
 * nothing is found on validation, so that no confidence is better than another.
 */
export const chooseThreshold = (validation: Matching, test: Matching, iou = 0.5): ChosenThreshold | null => {
  const { best } = confidenceCurve(validation, iou)
  return best && { confidence: best.confidence, validation: best, test: atConfidence(test, best.confidence, iou) }
}
