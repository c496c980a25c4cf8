import { isTerminal, type TrainingRecord } from '../training/training-record.ts'
import {
  asLoss,
  type Completion,
  definitionsOf,
  objectiveOf,
  type PlannedTrial,
  type TuningRecord,
} from './tuning-record.ts'

/** Share of the best loss by which a trial must be better to count as an improvement. */
const leastImprovedShare = 0.01
/** Trials that convergence looks back on. */
const convergenceTrials = 10
/** Trials that may fail before the first success. */
const mostFailedTrials = 5

type FindTraining = (trial: PlannedTrial) => TrainingRecord | undefined

/** Losses of the trials that have ended, in the order planned; undefined for one that failed or measured nothing. */
const endedLosses = (record: TuningRecord, find: FindTraining): (number | undefined)[] =>
  record.trials.flatMap((planned) => {
    const found = find(planned)
    const definition = definitionsOf(record.job)[planned.definition]
    if (!found || !definition || !isTerminal(found.job)) return []
    const value = found.objective?.values.at(-1)
    if (value === undefined || found.job.TrainingJobStatus === 'Failed') return [undefined]
    return [asLoss(objectiveOf(record.job, definition), value)]
  })

/** Number of trials since the last that was better than all before it by 1 % or more. */
export const trialsNotImproving = (losses: readonly number[]): number => {
  let best = Infinity
  let count = 0
  for (const loss of losses) {
    const improved = best === Infinity || best - loss >= Math.abs(best) * leastImprovedShare
    if (improved && loss < best) {
      best = loss
      count = 0
    } else count += 1
  }
  return count
}

/** Whether a completion criterion, the time limit or failures end the search, and how many trials brought no improvement. */
export const judgeSearch = (
  record: TuningRecord,
  find: FindTraining,
  nowSeconds: number,
): { completion?: Completion; notImproving: number } => {
  const { HyperParameterTuningJobConfig: config, CreationTime } = record.job
  const ended = endedLosses(record, find)
  const losses = ended.filter((loss) => loss !== undefined)
  const notImproving = trialsNotImproving(losses)
  const criteria = config.TuningJobCompletionCriteria
  const completion = (): Completion | undefined => {
    const limit = config.ResourceLimits.MaxRuntimeInSeconds
    if (limit !== undefined && nowSeconds >= CreationTime + limit) return 'maxRuntime'
    if (losses.length === 0) return ended.length >= mostFailedTrials ? 'failing' : undefined
    const definition = definitionsOf(record.job)[0]
    const target = criteria?.TargetObjectiveMetricValue
    if (target !== undefined && definition) {
      const wanted = asLoss(objectiveOf(record.job, definition), target)
      if (losses.some((loss) => loss <= wanted)) return 'target'
    }
    const patience = criteria?.BestObjectiveNotImproving?.MaxNumberOfTrainingJobsNotImproving
    if (patience !== undefined && notImproving >= patience) return 'notImproving'
    if (criteria?.ConvergenceDetected?.CompleteOnConvergence === 'Enabled' && notImproving >= convergenceTrials)
      return 'converged'
    return undefined
  }
  return { completion: completion(), notImproving }
}
