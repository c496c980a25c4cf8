import type { ApproachSpec, TuningSpec } from '@assay/contracts'
import { pointer } from './json-pointer.ts'
import { epochsName } from './epochs-name.ts'
import type { Recipe, SettingFault } from './recipe.ts'

const fault = (path: (string | number)[], detail: string): SettingFault[] => [
  { pointer: pointer('tuning', ...path), detail },
]

/** Metrics that a tuning job of the approach may optimise. */
const objectiveNames = async (recipe: Recipe, spec: ApproachSpec): Promise<readonly string[]> =>
  recipe.objectiveMetrics ?? (await recipe.metrics(spec)).map(({ name }) => name)

const objectiveFaults = async (recipe: Recipe, spec: ApproachSpec, { objective }: TuningSpec) => {
  if (!objective) return []
  const names = await objectiveNames(recipe, spec)
  return names.includes(objective.metric)
    ? []
    : fault(['objective', 'metric'], `"${objective.metric}" met, one of ${names.join(', ')} needed`)
}

const limitFaults = ({ maxParallel, maxTrials }: TuningSpec) =>
  maxParallel > maxTrials ? fault(['maxParallel'], `${maxParallel} met, at most maxTrials (${maxTrials}) needed`) : []

const gridFaults = ({ ranges, maxTrials }: TuningSpec): SettingFault[] => {
  const numeric = Object.entries(ranges).filter(([, range]) => range.type !== 'categorical')
  if (numeric.length > 0)
    return numeric.flatMap(([name, { type }]) =>
      fault(['ranges', name, 'type'], `${type} met; grid search takes categorical ranges only`),
    )
  const combinations = Object.values(ranges).reduce(
    (product, range) => product * (range.type === 'categorical' ? range.values.length : 1),
    1,
  )
  return maxTrials === combinations
    ? []
    : fault(['maxTrials'], `${maxTrials} met; the grid has ${combinations} combinations, and each is one trial`)
}

/** Values that every trial is given, the recipe's defaults included. */
const fixedValues = async (recipe: Recipe, spec: ApproachSpec): Promise<ApproachSpec['hyperparameters']> => {
  const known = await recipe.hyperparameters(spec)
  const defaults = known === 'any' ? [] : known
  return {
    ...Object.fromEntries(defaults.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]]))),
    ...spec.hyperparameters,
  }
}

const hyperbandFaults = (
  fixed: ApproachSpec['hyperparameters'],
  { earlyStopping, resource, ranges }: TuningSpec,
): SettingFault[] => {
  const epochs = epochsName(fixed)
  const tuned = epochsName(ranges)
  return [
    ...(earlyStopping ? fault(['earlyStopping'], 'Hyperband stops trials itself; early stopping must be off') : []),
    ...(resource && resource.min >= resource.max
      ? fault(['resource', 'max'], `${resource.max} met, more than min (${resource.min}) needed`)
      : []),
    ...(tuned === undefined
      ? []
      : fault(['ranges', tuned], 'Hyperband shares out the epochs itself; give them one value')),
    ...(epochs === undefined && tuned === undefined
      ? fault(['strategy'], 'Hyperband needs a hyperparameter with the number of epochs; none met')
      : []),
    ...(resource && epochs !== undefined && resource.max > Number(fixed[epochs])
      ? fault(['resource', 'max'], `${resource.max} met, at most the ${String(fixed[epochs])} of ${epochs} needed`)
      : []),
  ]
}

const strategyFaults = async (recipe: Recipe, spec: ApproachSpec, tuning: TuningSpec): Promise<SettingFault[]> => {
  if (tuning.strategy === 'hyperband') return hyperbandFaults(await fixedValues(recipe, spec), tuning)
  return [
    ...(tuning.resource
      ? fault(['resource'], `only Hyperband shares out epochs; the strategy is ${tuning.strategy}`)
      : []),
    ...(tuning.strategy === 'grid' ? gridFaults(tuning) : []),
  ]
}

/** With the objective's name, which the tuning job adds to every trial. */
const MAX_HYPERPARAMETERS = 100

const countFaults = ({ hyperparameters }: ApproachSpec, { ranges }: TuningSpec): SettingFault[] => {
  const count = new Set([...Object.keys(hyperparameters), ...Object.keys(ranges)]).size + 1
  return count > MAX_HYPERPARAMETERS
    ? fault(
        ['ranges'],
        `${count} hyperparameters met, fixed and tuned ones and the objective’s name together; at most ${MAX_HYPERPARAMETERS} needed`,
      )
    : []
}

/** Faults of tuning settings by the rules of SageMaker's automatic model tuning. */
export const checkTuning = async (recipe: Recipe, spec: ApproachSpec, tuning: TuningSpec): Promise<SettingFault[]> => [
  ...(await objectiveFaults(recipe, spec, tuning)),
  ...limitFaults(tuning),
  ...countFaults(spec, tuning),
  ...(await strategyFaults(recipe, spec, tuning)),
]
