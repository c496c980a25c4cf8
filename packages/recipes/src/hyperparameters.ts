import type { ApproachSpec, HyperparameterRange } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { deviceOf } from './instance-choice.ts'
import type { HyperparameterDefinition, Recipe, SettingFault } from './recipe.ts'

export type HyperparameterTable = Readonly<Record<string, Omit<HyperparameterDefinition, 'name'>>>

type Values = ApproachSpec['hyperparameters']

/** SageMaker takes every value as a string. */
export const asStrings = (values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))

const bounds = ({ min, max, aboveMin }: HyperparameterDefinition): string =>
  [
    min === undefined ? undefined : `${aboveMin ? 'above' : 'at least'} ${min}`,
    max === undefined ? undefined : `at most ${max}`,
  ]
    .filter(Boolean)
    .join(' and ')

const isInside = ({ min, max, aboveMin }: HyperparameterDefinition, value: number): boolean =>
  (min === undefined || (aboveMin ? value > min : value >= min)) && (max === undefined || value <= max)

const checkValue = (definition: HyperparameterDefinition, value: Values[string]): string | undefined => {
  const met = JSON.stringify(value)
  if (definition.options && !definition.options.includes(String(value)))
    return `${met} met, one of ${definition.options.join(', ')} needed`
  if (definition.type === 'text') return undefined
  const number = typeof value === 'boolean' || value === '' ? Number.NaN : Number(value)
  const kind = definition.type === 'integer' ? 'a whole number' : 'a number'
  const valid = definition.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number)
  return valid && isInside(definition, number)
    ? undefined
    : `${met} met, ${[kind, bounds(definition)].filter(Boolean).join(' ')} needed`
}

const checkRange = (definition: HyperparameterDefinition, range: HyperparameterRange): string | undefined => {
  const ends = range.type === 'categorical' ? range.values : [range.min, range.max]
  if (definition.type === 'text' && range.type !== 'categorical')
    return `a ${range.type} range met, a categorical one needed`
  if (definition.type === 'integer' && range.type === 'continuous')
    return 'a continuous range met, an integer or categorical one needed'
  return ends.map((end) => checkValue(definition, end)).find(Boolean)
}

const pointer = (...words: string[]) =>
  words.map((word) => `/${word.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Faults of the hyperparameters, ranges, objective and instance types of an approach. */
export const checkApproach = async <Spec extends ApproachSpec>(
  recipe: Recipe<Spec>,
  spec: Spec,
): Promise<SettingFault[]> => {
  const faults: SettingFault[] = []
  let known: readonly HyperparameterDefinition[]
  try {
    known = await recipe.hyperparameters(spec)
  } catch (error) {
    // A model that does not exist, in this version or at all, has no hyperparameters to check the others against.
    if (error instanceof PermanentError) return [{ pointer: '/modelId', detail: error.message }]
    throw error
  }
  const definitions = new Map(known.map((definition) => [definition.name, definition]))
  const unknown = `no hyperparameter of ${recipe.title}; known are ${[...definitions.keys()].join(', ')}`
  for (const [name, value] of Object.entries(spec.hyperparameters)) {
    const definition = definitions.get(name)
    const detail = definition ? checkValue(definition, value) : unknown
    if (detail) faults.push({ pointer: pointer('hyperparameters', name), detail })
  }
  for (const [name, range] of Object.entries(spec.tuning?.ranges ?? {})) {
    const definition = definitions.get(name)
    const detail = definition ? checkRange(definition, range) : unknown
    if (detail) faults.push({ pointer: pointer('tuning', 'ranges', name), detail })
  }
  const { tuning } = spec
  if (tuning) faults.push(...(await checkTuning(recipe, spec, tuning)))
  for (const [index, type] of (spec.instanceTypes ?? []).entries()) {
    const family = type.split('.')[1] ?? ''
    if (!recipe.instanceFamilies.includes(family))
      faults.push({
        pointer: pointer('instanceTypes', String(index)),
        detail: `${type} met; ${recipe.title} trains on ${recipe.instanceFamilies.map((name) => `ml.${name}.*`).join(', ')}`,
      })
  }
  const [first = '', ...others] = spec.endpoint.instanceTypes
  for (const [index, type] of others.entries())
    if (deviceOf(type) !== deviceOf(first))
      faults.push({
        pointer: pointer('endpoint', 'instanceTypes', String(index + 1)),
        detail: `${type} met, a ${deviceOf(first)} instance such as ${first} needed: an endpoint has one image, and that is for ${deviceOf(first)}`,
      })
  return faults
}

const checkTuning = async <Spec extends ApproachSpec>(
  recipe: Recipe<Spec>,
  spec: Spec,
  tuning: NonNullable<Spec['tuning']>,
): Promise<SettingFault[]> => {
  const faults: SettingFault[] = []
  const metrics = await recipe.metrics(spec)
  if (tuning.objective && !metrics.includes(tuning.objective.metric))
    faults.push({
      pointer: pointer('tuning', 'objective', 'metric'),
      detail: `"${tuning.objective.metric}" met, one of ${metrics.join(', ')} needed`,
    })
  if (tuning.maxParallel > tuning.maxTrials)
    faults.push({
      pointer: pointer('tuning', 'maxParallel'),
      detail: `${tuning.maxParallel} met, at most maxTrials (${tuning.maxTrials}) needed`,
    })
  const numeric = Object.entries(tuning.ranges).filter(([, range]) => range.type !== 'categorical')
  if (tuning.strategy === 'grid')
    for (const [name] of numeric)
      faults.push({
        pointer: pointer('tuning', 'ranges', name, 'type'),
        detail: 'grid search takes categorical ranges only',
      })
  if (tuning.strategy === 'hyperband' && tuning.earlyStopping)
    faults.push({
      pointer: pointer('tuning', 'earlyStopping'),
      detail: 'Hyperband stops trials itself; early stopping must be off',
    })
  return faults
}
