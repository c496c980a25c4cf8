export { describeTrials } from './describe-trials.ts'
export { actualOf, curvesOf, latestEpoch, readJobLog } from './job-logs.ts'
export { attemptContext, type AttemptContext, type TrainingDeps } from './training-context.ts'
export { finalMetric, trialOf } from './trial.ts'
