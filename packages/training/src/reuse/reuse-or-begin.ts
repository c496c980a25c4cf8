import { layoutOf, type TrainingFields, type TrainOutput } from '@assay/contracts'
import { type ApproachStageInput, PermanentError } from '@assay/pipeline'
import type { AttemptContext, TrainingDeps } from '../training-context.ts'
import { findTrained, mayReuse } from './find-reuse.ts'
import { trainingFields } from './training-fields.ts'

/** `reused`: an earlier training in the place of a job. `begin`: none, and what the job to come is to be remembered by. */
type ReuseOrBegin = { kind: 'reused'; output: TrainOutput } | { kind: 'begin'; fields: TrainingFields | undefined }

/**
 * Decides once an attempt whether it needs a job at all. With its intent in the ledger the decision has been made: the job is made or
 * adopted, whatever others have trained since.
 */
export const reuseOrBegin = async (
  deps: TrainingDeps,
  { experiment, approach }: ApproachStageInput,
  attempt: AttemptContext,
): Promise<ReuseOrBegin> => {
  const { spec, intents } = approach
  if (intents.some(({ kind }) => kind === attempt.jobKind)) return { kind: 'begin', fields: undefined }
  const prepared = experiment.prepare.get(layoutOf(spec))?.output
  if (!prepared) throw new PermanentError('not_prepared', `the ${layoutOf(spec)} channels were not prepared`)
  const fields = trainingFields({
    experiment,
    prepared,
    spec,
    plan: (await attempt.request()).plan,
    instanceTypes: attempt.allTypes,
    objective: spec.tuning?.objective ?? (await attempt.recipe.objective(spec)),
    bucket: deps.bucket,
  })
  if (!mayReuse(experiment.spec, spec)) return { kind: 'begin', fields }
  const trained = await findTrained(deps, fields)
  if (!trained) return { kind: 'begin', fields }
  const { experimentId, approachId, trainedAt, output } = trained
  return {
    kind: 'reused',
    output: { ...output, reusedFrom: { experimentId, approachId, attempt: trained.attempt, trainedAt } },
  }
}
