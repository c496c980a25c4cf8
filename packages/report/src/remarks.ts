import type { ApproachReport } from '@assay/contracts'
import { formatPercent, formatUsd } from './format.ts'
import { hardwareOf } from './hardware.ts'

type Remarked = Pick<ApproachReport, 'title' | 'trials' | 'cost' | 'inference' | 'reusedFrom' | 'trainingCostUsd'>

/** `A and B on x; C on y`, or nothing where all are on the same. */
const groups = (named: readonly { title: string; on: string }[]): string | undefined => {
  const byPlace = new Map<string, string[]>()
  for (const { title, on } of named) byPlace.set(on, [...(byPlace.get(on) ?? []), title])
  return byPlace.size < 2 ? undefined : [...byPlace].map(([on, titles]) => `${titles.join(', ')} on ${on}`).join('; ')
}

/** What must be known before the costs and times of the approaches are held against each other. */
export const remarksOf = (approaches: readonly Remarked[]): string[] => {
  const trained = groups(
    approaches.flatMap((approach) => {
      const types = hardwareOf(approach)
      return types.length === 0 ? [] : [{ title: approach.title, on: types.join(' and ') }]
    }),
  )
  const served = groups(
    approaches.flatMap(({ title, cost, inference }) =>
      cost.endpointInstanceType === null || inference === 'transform' ? [] : [{ title, on: cost.endpointInstanceType }],
    ),
  )
  const transformed = approaches.flatMap(({ title, inference }) => (inference === 'transform' ? [title] : []))
  return [
    ...approaches.flatMap(({ title, reusedFrom, trainingCostUsd }) =>
      reusedFrom === null
        ? []
        : [
            `${title} was not trained again: its model is reused from ${reusedFrom.approachId} of experiment ${reusedFrom.experimentId} (${reusedFrom.trainedAt.slice(0, 10)}), first cost ${formatUsd(trainingCostUsd)}; this experiment paid nothing for it.`,
          ],
    ),
    ...(trained ? [`Trained on different hardware, so that costs and times compare that too: ${trained}.`] : []),
    ...(served ? [`Answered from different hardware, so that latencies compare that too: ${served}.`] : []),
    ...(transformed.length > 0
      ? [`Answered by batch transform, so that there is no latency and no idle endpoint: ${transformed.join(', ')}.`]
      : []),
    ...approaches.flatMap(({ title, cost }) =>
      cost.spotSavedShare === null
        ? []
        : [
            `${title} trained on spot instances and was billed ${formatPercent(cost.spotSavedShare)} less than its training time.`,
          ],
    ),
  ]
}
