import type { Metric, Objective, SettingFault } from './recipe.ts'

/** The objective must be among the metrics that the spec declares. */
export const objectiveFaults = ({
  objective,
  metrics,
}: {
  objective: Objective
  metrics: readonly Metric[]
}): SettingFault[] =>
  metrics.some(({ name }) => name === objective.metric)
    ? []
    : [
        {
          pointer: '/objective/metric',
          detail: `"${objective.metric}" met, one of ${metrics.map(({ name }) => name).join(', ')} needed`,
        },
      ]
