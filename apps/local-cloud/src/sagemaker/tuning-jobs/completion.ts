import type { TrainingRecord } from '../training/training-record.ts'
import { isTerminal } from '../training/training-record.ts'
import { asLoss, definitionsOf, objectiveOf, type PlannedTrial, type TuningRecord } from './tuning-record.ts'

/** Share by which the best loss must still have improved over the last trials, else the search counts as converged. */
const convergedShare = 0.01
/** Trials that convergence looks back on. */
const convergenceTrials = 10

/** Losses of the trials that ended with an objective, in the order planned. */
const endedLosses = (record: TuningRecord, find: (trial: PlannedTrial) => TrainingRecord | undefined): number[] =>
  record.trials.flatMap((planned) => {
    const found = find(planned)
    const definition = definitionsOf(record.job)[planned.definition]
    const value = found?.objective?.values.at(-1)
    if (!found || !definition || value === undefined || !isTerminal(found.job)) return []
    return [asLoss(objectiveOf(record.job, definition), value)]
  })

/** Whether one of the completion criteria or the time limit ends the tuning job. */
export const completionOf = (
  record: TuningRecord,
  find: (trial: PlannedTrial) => TrainingRecord | undefined,
  nowSeconds = 0,
): TuningRecord['completion'] => {
  const { HyperParameterTuningJobConfig: config, CreationTime } = record.job
  const limit = config.ResourceLimits.MaxRuntimeInSeconds
  if (limit !== undefined && nowSeconds >= CreationTime + limit) return 'maxRuntime'
  const criteria = config.TuningJobCompletionCriteria
  if (!criteria) return undefined
  const losses = endedLosses(record, find)
  const definition = definitionsOf(record.job)[0]
  const target = criteria.TargetObjectiveMetricValue
  if (target !== undefined && definition) {
    const wanted = asLoss(objectiveOf(record.job, definition), target)
    if (losses.some((loss) => loss <= wanted)) return 'target'
  }
  const best = losses.indexOf(Math.min(...losses))
  const patience = criteria.BestObjectiveNotImproving?.MaxNumberOfTrainingJobsNotImproving
  if (patience !== undefined && losses.length - 1 - best >= patience) return 'notImproving'
  if (criteria.ConvergenceDetected?.CompleteOnConvergence === 'Enabled' && losses.length > convergenceTrials) {
    const before = Math.min(...losses.slice(0, -convergenceTrials))
    if (before - Math.min(...losses) <= Math.abs(before) * convergedShare) return 'converged'
  }
  return undefined
}
