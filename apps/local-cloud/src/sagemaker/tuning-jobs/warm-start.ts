import { validationError } from '../../aws-error.ts'
import { rangesByDefinition } from './check-tuning-request.ts'
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
  type TuningRequest,
} from './tuning-record.ts'

interface Known {
  get: (name: string) => TuningRecord
  describe: (name: string) => TuningJob
  trials: (name: string) => TrialSummary[]
}

/** What a warm start takes over from its parents. Throws for parents that are not terminal, measure something else or have another number of hyperparameters. */
export const inheritParents = (
  input: CreateTuningJobInput,
  { get, describe, trials }: Known,
): { parents: ParentTrial[]; parentBest: TrialSummary | undefined } => {
  const parents: ParentTrial[] = []
  const countOf = (request: TuningRequest) =>
    (rangesByDefinition(request)[0]?.length ?? 0) +
    Object.keys(definitionsOf(request)[0]?.StaticHyperParameters ?? {}).length
  let parentBest: { summary: TrialSummary; loss: number } | undefined
  const definition = definitionsOf(input)[0]
  for (const { HyperParameterTuningJobName: name } of input.WarmStartConfig?.ParentHyperParameterTuningJobs ?? []) {
    if (!name || !definition) continue
    const parent = get(name)
    const goal = objectiveOf(input, definition)
    const parentDefinition = definitionsOf(parent.job)[0]
    const parentGoal = parentDefinition && objectiveOf(parent.job, parentDefinition)
    if (!isTuningTerminal(parent.job)) throw validationError(`The parent tuning job ${name} is not in a terminal state`)
    if (!parentDefinition || parentGoal?.MetricName !== goal.MetricName || parentGoal.Type !== goal.Type)
      throw validationError(`The parent tuning job ${name} has another objective`)
    if (countOf(parent.job) !== countOf(input))
      throw validationError(
        `The number of static and tuned hyperparameters must be that of the parent tuning job ${name}: ${countOf(parent.job)}, not ${countOf(input)}`,
      )
    // What was static in the parent may be tuned now.
    const fixed = parentDefinition.StaticHyperParameters
    for (const summary of trials(name)) {
      const value = summary.FinalHyperParameterTuningJobObjectiveMetric?.Value
      if (value !== undefined)
        parents.push({ values: { ...fixed, ...summary.TunedHyperParameters }, loss: asLoss(goal, value) })
    }
    const best = describe(name).BestTrainingJob
    const value = best?.FinalHyperParameterTuningJobObjectiveMetric?.Value
    if (best && value !== undefined && (!parentBest || asLoss(goal, value) < parentBest.loss))
      parentBest = { summary: best, loss: asLoss(goal, value) }
  }
  return { parents, parentBest: parentBest?.summary }
}
