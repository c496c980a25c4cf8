import type { ExperimentSpec } from '@assay/contracts'
import { usdOf, type WorstCase } from '@assay/pricing'

export interface BudgetFault {
  pointer: string
  detail: string
}

const dollars = (microUsd: number) => `$${usdOf(microUsd).toFixed(2)}`

/** Rounded down to three figures, so that what is advised fits. */
const floored = (value: number) => {
  const step = 10 ** (Math.floor(Math.log10(value)) - 2)
  return Number((Math.floor(value / step) * step).toPrecision(3))
}

/** What to lower, with the figure that would fit; each alone. */
const advice = (spec: ExperimentSpec, maxMicroUsd: number, training: number, endpoint: number): string => {
  const hours = (spec.deadlineHours * (maxMicroUsd - training)) / endpoint
  const share = (maxMicroUsd - endpoint) / training
  const parts = [
    ...(hours >= 0.5 ? [`deadlineHours to ${floored(hours)}`] : []),
    ...(share > 0.01
      ? [`every maxRunSeconds to ${Math.floor(share * 100)} % of what it is, or maxTrials likewise`]
      : []),
  ]
  return parts.length > 0
    ? `it would fit by lowering ${parts.join(', or ')}`
    : 'lower deadlineHours, maxRunSeconds and maxTrials together, or leave approaches out'
}

/**
 * Why an experiment does not fit its budget; none where it fits or has none. A budget is kept by admitting only what cannot exceed it: the
 * cloud itself ends trainings at maxRunSeconds, the deadline ends endpoints.
 */
export const budgetFaults = (spec: ExperimentSpec, { microUsd, approaches }: WorstCase): BudgetFault[] => {
  if (!spec.budget) return []
  const pointer = '/budget/maxUsd'
  if (microUsd === null)
    return approaches.flatMap(({ approachId, reason }) =>
      reason === undefined ? [] : [{ pointer, detail: `${approachId}: ${reason}, so no budget can be kept` }],
    )
  const maxMicroUsd = spec.budget.maxUsd * 1_000_000
  if (microUsd <= maxMicroUsd) return []
  const known = approaches.flatMap((one) => (one.microUsd === null ? [] : [one]))
  const training = known.reduce((sum, one) => sum + one.trainingMicroUsd, 0)
  const endpoint = known.reduce((sum, one) => sum + one.endpointMicroUsd, 0)
  const each = known.map((one) => `${one.approachId} ${dollars(one.microUsd)}`).join(', ')
  return [
    {
      pointer,
      detail: `${dollars(maxMicroUsd)} met, the worst case is ${dollars(microUsd)} (${each}): ${dollars(training)} for every trial until maxRunSeconds, ${dollars(endpoint)} for endpoints until deadlineHours; ${advice(spec, maxMicroUsd, training, endpoint)}`,
    },
  ]
}

/**
 * Why a new attempt would not fit into what is left of a budget; undefined where it fits or there is none. A spec never changes, so what can be lowered
 * is lowered in a new experiment, which reuses what has trained.
 */
export const retryBudgetFault = (
  { budget }: Pick<ExperimentSpec, 'budget'>,
  approachId: string,
  spentMicroUsd: number,
  { microUsd, approaches }: WorstCase,
): string | undefined => {
  if (!budget) return undefined
  const unpriced = approaches.find(({ reason }) => reason !== undefined)
  if (microUsd === null) return `${unpriced?.approachId}: ${unpriced?.reason}, so no budget can be kept`
  const maxMicroUsd = budget.maxUsd * 1_000_000
  if (microUsd <= maxMicroUsd) return undefined
  const own = approaches.find((one) => one.approachId === approachId)
  const ahead =
    own && own.microUsd !== null
      ? ` (${dollars(own.trainingMicroUsd)} for its trials until maxRunSeconds, ${dollars(own.endpointMicroUsd)} for its endpoint until the deadline)`
      : ''
  return `budget.maxUsd is ${dollars(maxMicroUsd)}; ${dollars(spentMicroUsd)} are spent, and with another attempt of ${approachId}${ahead} the worst case is ${dollars(microUsd)} in all. Wait until other approaches have ended, or submit a new experiment with a lower maxRunSeconds, maxTrials or deadlineHours, or a budget.maxUsd of its own; what has trained is reused`
}
