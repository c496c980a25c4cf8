export type { EvaluationArrays } from './accumulate.ts'
export {
  type ApproachInterval,
  type BootstrapOptions,
  type Comparison,
  type Interval,
  type PairComparison,
  pairedBootstrap,
} from './bootstrap.ts'
export type { Detections, GroundTruth } from './columns.ts'
export { type ChosenThreshold, chooseThreshold } from './choose-threshold.ts'
export { type Confusion, type ConfusionOptions, confusionMatrix } from './confusion.ts'
export {
  type Calibration,
  type ConfidenceCurve,
  type ConfidencePoint,
  type PrecisionRecall,
  atConfidence,
  calibration,
  confidenceCurve,
  precisionRecall,
} from './curves.ts'
export { type Diagnosis, diagnose } from './diagnose.ts'
export type { ErrorThresholds } from './error-kinds.ts'
export { type ByCategory, type Evaluation, evaluate, summarize } from './evaluate.ts'
export { type CocoDocument, type EvaluateAllInput, type EvaluateAllOutput, evaluateAll } from './evaluate-all.ts'
export { type ImageOutcome, type OutcomeOptions, imageOutcomes } from './image-outcomes.ts'
export { InputError } from './input-error.ts'
export { type ErrorKind, type LostAp, lostAp } from './lost-ap.ts'
export { type MatchOptions, type Matching, match } from './match.ts'
export { areaNames, areaRanges, iouThresholds, maxDetections, recallThresholds } from './parameters.ts'
export { parseDetections } from './parse-detections.ts'
export { parseGroundTruth } from './parse-ground-truth.ts'
export { parseDetectionsText, parseGroundTruthText } from './parse-text.ts'
