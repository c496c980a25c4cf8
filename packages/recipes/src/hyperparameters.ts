import type { ApproachSpec, HyperparameterRange } from '@assay/contracts'
import type { HyperparameterDefinition } from './recipe.ts'

export type HyperparameterTable = Readonly<Record<string, Omit<HyperparameterDefinition, 'name'>>>

type Values = ApproachSpec['hyperparameters']

/** SageMaker takes every value as a string. */
export const asStrings = (values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))

export const definitionsIn = (table: HyperparameterTable): HyperparameterDefinition[] =>
  Object.entries(table).map(([name, definition]) => ({ name, ...definition }))

const bounds = ({ min, max, aboveMin }: HyperparameterDefinition): string =>
  [
    min === undefined ? undefined : `${aboveMin ? 'above' : 'at least'} ${min}`,
    max === undefined ? undefined : `at most ${max}`,
  ]
    .filter(Boolean)
    .join(' and ')

const isInside = ({ min, max, aboveMin }: HyperparameterDefinition, value: number): boolean =>
  (min === undefined || (aboveMin ? value > min : value >= min)) && (max === undefined || value <= max)

/** What is wrong with a value; undefined where nothing is. */
export const checkValue = (definition: HyperparameterDefinition, value: Values[string]): string | undefined => {
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

/** What is wrong with a tuning range; undefined where nothing is. */
export const checkRange = (definition: HyperparameterDefinition, range: HyperparameterRange): string | undefined => {
  if (definition.tunable === false) return 'the algorithm lets no tuning job vary it; give it one value'
  if (definition.type === 'text' && range.type !== 'categorical')
    return `a ${range.type} range met, a categorical one needed`
  if (definition.type === 'integer' && range.type === 'continuous')
    return 'a continuous range met, an integer or categorical one needed'
  const ends = range.type === 'categorical' ? range.values : [range.min, range.max]
  return ends.map((end) => checkValue(definition, end)).find(Boolean)
}
