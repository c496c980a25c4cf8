import type { ApproachSpec, ExperimentSpec, Trained, TrainingFields } from '@assay/contracts'
import type { BulkStore, Ledger } from '@assay/ledger'
import { explainReuse, type ReuseVerdict } from './explain-reuse.ts'

export interface FindReuseDeps {
  ledger: Pick<Ledger, 'trainedWith' | 'recentlyTrained'>
  bulk: Pick<BulkStore, 'exists'>
}

/** The experiment's `never` counts for all its approaches. */
export const mayReuse = (experiment: Pick<ExperimentSpec, 'reuse'>, approach: Pick<ApproachSpec, 'reuse'>): boolean =>
  experiment.reuse === 'auto' && approach.reuse === 'auto'

/** The model, and the Describe answers without which nobody could check the bill. */
const isStillThere = async ({ bulk }: FindReuseDeps, { output }: Trained): Promise<boolean> => {
  const keys = [output.modelArtifact.replace(/^s3:\/\/[^/]+\//, ''), output.describes.key]
  return (await Promise.all(keys.map(bulk.exists))).every(Boolean)
}

/** The newest earlier training of the same fields whose model is still there; undefined where there is none. */
export const findTrained = async (deps: FindReuseDeps, fields: TrainingFields): Promise<Trained | undefined> => {
  for (const trained of await deps.ledger.trainedWith(fields)) if (await isStillThere(deps, trained)) return trained
  return undefined
}

/** The same for a plan: where there is none, because of which fields the nearest of the recipe's newest trainings is not one. */
export const findReuse = async (
  deps: FindReuseDeps,
  fields: TrainingFields,
  specs: { experiment: Pick<ExperimentSpec, 'reuse'>; approach: Pick<ApproachSpec, 'reuse'> },
): Promise<ReuseVerdict> => {
  if (!mayReuse(specs.experiment, specs.approach)) return { reuse: 'off' }
  const trained = await findTrained(deps, fields)
  if (trained) return { reuse: 'hit', trained }
  const recent = await deps.ledger.recentlyTrained(fields.recipe)
  const there = await Promise.all(recent.map((one) => isStillThere(deps, one)))
  return explainReuse(
    fields,
    recent.filter((_, index) => there[index]),
  )
}
