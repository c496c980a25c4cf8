export type { EvaluationArrays } from './accumulate.ts'
export type { Detections, GroundTruth } from './columns.ts'
export { type ByCategory, type Evaluation, evaluate, summarize } from './evaluate.ts'
export { InputError } from './input-error.ts'
export { type MatchOptions, type Matching, match } from './match.ts'
export { areaNames, areaRanges, iouThresholds, maxDetections, recallThresholds } from './parameters.ts'
export { parseDetections } from './parse-detections.ts'
export { parseGroundTruth } from './parse-ground-truth.ts'
export {
  type ApproachInterval,
  type BootstrapOptions,
  type Comparison,
  type Interval,
  type PairComparison,
  pairedBootstrap,
} from './bootstrap.ts'
export { parseDetectionsText, parseGroundTruthText } from './parse-text.ts'
