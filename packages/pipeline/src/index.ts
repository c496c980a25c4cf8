export { type AdvanceDeps, createAdvance } from './advance.ts'
export { type CloudWait, parkMs, pollEveryMs, waitingStages } from './cloud-wait.ts'
export { foldExperiment } from './fold.ts'
export { InstancesRefused } from './instances-refused.ts'
export { approachFailure, finalState, nextStages, stageKey } from './next-stages.ts'
export { type ApproachRecord, type ExperimentRecord, experimentStages } from './record.ts'
export {
  createRunStage,
  type Delivery,
  type ErrorClass,
  type Handlers,
  MOST_CRASHES,
  type RunStageDeps,
} from './run-stage.ts'
export { isTrainedOn, parseShardName, type Shard, shardName } from './shards.ts'
export {
  type ApproachStageInput,
  isLater,
  type Later,
  later,
  type Log,
  PermanentError,
  type StageContext,
  type StageHandler,
  type StageInput,
  type StageInputOf,
} from './stage.ts'
export { createTiming, type Timing } from './timing.ts'
export { summarize, viewExperiment } from './view.ts'
