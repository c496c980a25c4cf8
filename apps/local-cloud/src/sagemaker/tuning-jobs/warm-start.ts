import { validationError } from '../../aws-error.ts'
import {
  asLoss,
  type CreateTuningJobInput,
  definitionsOf,
  isTuningTerminal,
  objectiveOf,
  type ParentTrial,
  type TrialSummary,
  type TuningJob,
  type TuningRecord,
} from './tuning-record.ts'

interface Known {
  get: (name: string) => TuningRecord
  describe: (name: string) => TuningJob
  trials: (name: string) => TrialSummary[]
}

/** What a warm start takes over from its parents. Throws for parents that are not terminal or measure something else. */
export const inheritParents = (
  input: CreateTuningJobInput,
  { get, describe, trials }: Known,
): { parents: ParentTrial[]; parentBest: TrialSummary | undefined } => {
  const parents: ParentTrial[] = []
  let parentBest: { summary: TrialSummary; loss: number } | undefined
  const definition = definitionsOf(input)[0]
  for (const { HyperParameterTuningJobName: name } of input.WarmStartConfig?.ParentHyperParameterTuningJobs ?? []) {
    if (!name || !definition) continue
    const parent = get(name)
    const goal = objectiveOf(input, definition)
    const parentDefinition = definitionsOf(parent.job)[0]
    const parentGoal = parentDefinition && objectiveOf(parent.job, parentDefinition)
    if (!isTuningTerminal(parent.job)) throw validationError(`The parent tuning job ${name} is not in a terminal state`)
    if (parentGoal?.MetricName !== goal.MetricName || parentGoal.Type !== goal.Type)
      throw validationError(`The parent tuning job ${name} has another objective`)
    for (const summary of trials(name)) {
      const value = summary.FinalHyperParameterTuningJobObjectiveMetric?.Value
      if (value !== undefined) parents.push({ values: summary.TunedHyperParameters, loss: asLoss(goal, value) })
    }
    const best = describe(name).BestTrainingJob
    const value = best?.FinalHyperParameterTuningJobObjectiveMetric?.Value
    if (best && value !== undefined && (!parentBest || asLoss(goal, value) < parentBest.loss))
      parentBest = { summary: best, loss: asLoss(goal, value) }
  }
  return { parents, parentBest: parentBest?.summary }
}
