export { type ApproachRecord, type ExperimentRecord, experimentStages } from './record.ts'
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
