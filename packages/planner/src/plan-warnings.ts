import type { ApproachPlan, ExperimentSpec, PlanWarning, QuotaVerdict, SplitGrouping } from '@assay/contracts'
import { recipeOf, type Recipes } from '@assay/recipes'
import { splitNotes } from '@assay/report'

export interface WarningInputs {
  spec: ExperimentSpec
  images: Record<'train' | 'validation' | 'test', number>
  /** Absent: the split was not made. */
  grouping?: SplitGrouping
  /** Images of the data set without any object. */
  withoutObjects: number
  approaches: readonly ApproachPlan[]
  quotas: readonly QuotaVerdict[]
  environment: 'local' | 'aws'
  recipes: Recipes
  /** Why prices come from the dated table, where they do. */
  priceNote?: string
  /** Ids of the approaches whose source has not been stored yet. */
  unsent: readonly string[]
  /** The Idempotency-Key was used for this very experiment already. */
  isAccepted: boolean
}

/** Half the width of a 95 % interval of a share near one half; mAP behaves no better. */
const halfWidth = (images: number) => 0.98 / Math.sqrt(images)

const ofApproach = (
  spec: ExperimentSpec['approaches'][number],
  { recipes, environment }: WarningInputs,
): Pick<PlanWarning, 'code' | 'message'>[] => {
  const recipe = recipeOf(recipes, spec)
  const { state, note } = recipe.lifeCycle(spec)
  const types = spec.instanceTypes ?? recipe.defaultInstanceTypes
  const old = types.filter((type) => /^ml\.p[23]\./.test(type))
  return [
    ...(state === 'current' ? [] : [{ code: `recipe-${state}`, message: `${recipe.title}: ${note}` }]),
    ...(old.length > 0 && environment === 'aws'
      ? [
          {
            code: 'instance-withdrawn',
            message: `${old.join(', ')}: AWS offers P2 and P3 no longer; ml.g4dn.xlarge or ml.g5.xlarge take their place`,
          },
        ]
      : []),
  ]
}

/** What a user should know before paying; nothing here stops a submission. */
export const planWarnings = (inputs: WarningInputs): PlanWarning[] => {
  const { spec, images, grouping, withoutObjects, approaches, quotas, unsent, isAccepted, priceNote } = inputs
  const warnings = new Map<string, PlanWarning>()
  /** The same of several approaches is one warning. */
  const warn = (code: string, message: string, approachId?: string) => {
    const warning = warnings.get(message) ?? { code, approachIds: [], message }
    if (approachId !== undefined) warning.approachIds.push(approachId)
    warnings.set(message, warning)
  }
  if (isAccepted)
    warn('already-submitted', 'this Idempotency-Key was used for this experiment; submitting answers it again')
  if (!spec.budget) warn('no-budget', 'no budget.maxUsd is set; nothing but the deadline bounds the cost')
  if (images.test < 200)
    warn(
      'few-test-images',
      `${images.test} test images: expect intervals of about ±${halfWidth(images.test).toFixed(2)} around each mAP, so that only large differences can be told`,
    )
  for (const note of grouping ? splitNotes({ images, grouping }, spec.split) : []) warn('split', note)
  if (withoutObjects > 0)
    warn(
      'images-not-trained-on',
      `${withoutObjects} images hold no object: they are scored in the test part, but RecordIO and JumpStart channels cannot hold them`,
    )
  if (priceNote !== undefined) warn('prices-from-table', `prices: ${priceNote}`)
  for (const approach of spec.approaches)
    for (const { code, message } of ofApproach(approach, inputs)) warn(code, message, approach.id)
  for (const id of unsent)
    warn(
      'source-not-stored',
      'its source has not been stored yet; a submission needs it, and assay submit sends it',
      id,
    )
  for (const { id, reason } of approaches) if (reason !== null) warn('no-price', reason, id)
  for (const { name, verdict, detail } of quotas) if (verdict === 'short') warn('quota-short', `${name}: ${detail}`)
  return [...warnings.values()]
}
