import type { ExperimentView } from '@assay/contracts'
import { formatUsd, usdOf } from '@assay/pricing'

const dollars = (microUsd: number): string => formatUsd(usdOf(microUsd))

/** Money so far, about how much it will be, and the budget; undefined where the view has none. */
export const costLine = ({ cost, environment }: ExperimentView): string | undefined => {
  if (!cost) return undefined
  const { microUsd, projectedMicroUsd, budgetMicroUsd } = cost
  return [
    `$ ${environment === 'local' ? 'notional ' : ''}${dollars(microUsd)} so far`,
    ...(projectedMicroUsd === null ? [] : [`about ${dollars(projectedMicroUsd)} in all`]),
    ...(budgetMicroUsd === null ? [] : [`budget ${dollars(budgetMicroUsd)}`]),
  ].join(', ')
}
