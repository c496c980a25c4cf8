import type { ApproachSpec } from '@assay/contracts'
import { pointer } from './json-pointer.ts'
import type { Recipe, SettingFault } from './recipe.ts'

/** Longest wait that SageMaker allows a built-in algorithm without checkpoints; others without would only train the same again and again. */
const LONGEST_WAIT_WITHOUT_CHECKPOINTS_SECONDS = 3600

/** Faults of an approach's spot settings. */
export const checkSpot = ({ title, afterInterruption }: Recipe, spec: ApproachSpec): SettingFault[] => {
  const { spot, maxRunSeconds } = spec
  if (!spot) return []
  const { maxWaitSeconds } = spot
  const fault = (detail: string) => [{ pointer: pointer('spot', 'maxWaitSeconds'), detail }]
  if (maxWaitSeconds < maxRunSeconds)
    return fault(`${maxWaitSeconds} met, at least maxRunSeconds (${maxRunSeconds}) needed`)
  return afterInterruption(spec) === 'starts-over' && maxWaitSeconds > LONGEST_WAIT_WITHOUT_CHECKPOINTS_SECONDS
    ? fault(
        `${maxWaitSeconds} met, at most ${LONGEST_WAIT_WITHOUT_CHECKPOINTS_SECONDS} needed: ${title} keeps no checkpoints here, an interrupted training starts over`,
      )
    : []
}
