export { buildReport, type Comparison, type ReportInputs, withFinish } from './build-report.ts'
export { type CocoGroundTruth, type CocoResult, groundTruthOf } from './ground-truth.ts'
export { formatLeaderboard } from './leaderboard-text.ts'
