import type { ExpectedCost, Plan } from '@assay/contracts'

/** What is kept of a plan with its experiment, for the meter. An approach without a price is left out. */
export const expectedCosts = ({ approaches }: Pick<Plan, 'approaches'>): ExpectedCost[] =>
  approaches.flatMap(({ id, lines, microUsd }) => {
    if (microUsd === null) return []
    const of = (item: (typeof lines)[number]['item']) =>
      lines.find((line) => line.item === item)?.microUsd?.expected ?? 0
    return [{ approachId: id, training: of('training'), endpoint: of('endpoint'), storage: of('storage') }]
  })
