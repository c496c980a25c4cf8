import type { ApproachRecord } from '@assay/pipeline'
import { type Recipe, typeAfter, typesOfOneRequest } from '@assay/recipes'

export interface AttemptTypes {
  /** All that the approach may run on, in order of preference. */
  allTypes: readonly string[]
  /** In order of preference: what the attempt's one job asks for. */
  instanceTypes: readonly string[]
  /** The type that the next attempt begins with where this one is refused all up to the given one. */
  typeAfter: (refused: string) => string | undefined
}

/** Which of an approach's instance types an attempt asks for, and what comes after them. */
export const attemptTypes = (
  { defaultInstanceTypes }: Pick<Recipe, 'defaultInstanceTypes'>,
  { spec, firstInstanceType }: Pick<ApproachRecord, 'spec' | 'firstInstanceType'>,
): AttemptTypes => {
  const types = spec.instanceTypes ?? defaultInstanceTypes
  const asked = typesOfOneRequest(types, firstInstanceType)
  return {
    allTypes: types,
    // A spot training job may not name several types; a tuning job may.
    instanceTypes: spec.spot && !spec.tuning ? asked.slice(0, 1) : asked,
    typeAfter: (refused) => typeAfter(types, refused),
  }
}
