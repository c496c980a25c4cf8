import type { ApproachSpec, TuningSpec } from '@assay/contracts'
import { pointer } from './json-pointer.ts'
import type { Recipe, SettingFault } from './recipe.ts'

/** Metrics that a tuning job of the approach may optimise. */
const objectiveNames = async (recipe: Recipe, spec: ApproachSpec): Promise<readonly string[]> =>
  recipe.objectiveMetrics ?? (await recipe.metrics(spec)).map(({ name }) => name)

const objectiveFaults = async (recipe: Recipe, spec: ApproachSpec, { objective }: TuningSpec) => {
  if (!objective) return []
  const names = await objectiveNames(recipe, spec)
  return names.includes(objective.metric)
    ? []
    : [
        {
          pointer: pointer('tuning', 'objective', 'metric'),
          detail: `"${objective.metric}" met, one of ${names.join(', ')} needed`,
        },
      ]
}

const limitFaults = ({ maxParallel, maxTrials }: TuningSpec): SettingFault[] =>
  maxParallel > maxTrials
    ? [
        {
          pointer: pointer('tuning', 'maxParallel'),
          detail: `${maxParallel} met, at most maxTrials (${maxTrials}) needed`,
        },
      ]
    : []

const strategyFaults = ({ strategy, ranges, earlyStopping }: TuningSpec): SettingFault[] => {
  if (strategy === 'grid')
    return Object.entries(ranges).flatMap(([name, range]) =>
      range.type === 'categorical'
        ? []
        : [
            {
              pointer: pointer('tuning', 'ranges', name, 'type'),
              detail: 'grid search takes categorical ranges only',
            },
          ],
    )
  return strategy === 'hyperband' && earlyStopping
    ? [
        {
          pointer: pointer('tuning', 'earlyStopping'),
          detail: 'Hyperband stops trials itself; early stopping must be off',
        },
      ]
    : []
}

/** Faults of tuning settings by the rules of SageMaker's automatic model tuning. */
export const checkTuning = async (recipe: Recipe, spec: ApproachSpec, tuning: TuningSpec): Promise<SettingFault[]> => [
  ...(await objectiveFaults(recipe, spec, tuning)),
  ...limitFaults(tuning),
  ...strategyFaults(tuning),
]
