import type { Lifecycle } from '../sagemaker/lifecycle.ts'

type Settings = Lifecycle['settings']

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isAmount = (value: unknown) => typeof value === 'number' && value >= 0
const isText = (value: unknown) => typeof value === 'string'
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText)
const isAbsentOr = (holds: (value: unknown) => boolean) => (value: unknown) => value === undefined || holds(value)
const isPattern = (value: unknown) => {
  if (typeof value !== 'string') return false
  try {
    RegExp(value)
    return true
  } catch {
    return false
  }
}
const isListOf = (members: Record<string, (value: unknown) => boolean>) => (value: unknown) =>
  Array.isArray(value) &&
  value.every(
    (item) =>
      isRecord(item) &&
      Object.keys(item).every((name) => Object.hasOwn(members, name)) &&
      Object.entries(members).every(([name, holds]) => holds(item[name])),
  )
const isAmounts = (value: unknown) => isRecord(value) && Object.values(value).every(isAmount)

const amount = { holds: isAmount, needed: 'a number of seconds, 0 or more' }

/** What each setting must be. */
const rules: Record<keyof Settings, { holds: (value: unknown) => boolean; needed: string }> = {
  trainingStartSeconds: amount,
  endpointCreateSeconds: amount,
  endpointDeleteSeconds: amount,
  capacityWaitSeconds: amount,
  invocationTimeoutSeconds: { holds: (value) => isAmount(value) && value !== 0, needed: 'a number of seconds above 0' },
  withoutCapacity: { holds: isTexts, needed: 'a list of instance types' },
  quotas: { holds: isAmounts, needed: 'numbers of instances by the name of the quota' },
  prices: { holds: isAmounts, needed: 'USD an hour by instance type' },
  endpoints: {
    holds: isListOf({
      pattern: isPattern,
      outcome: (value) => value === 'fail' || value === 'stick',
      reason: isAbsentOr(isText),
    }),
    needed: 'a list of {pattern, outcome: "fail" or "stick", reason?}, pattern a regular expression',
  },
  principals: {
    holds: isListOf({
      pattern: isPattern,
      missing: isAbsentOr((value) => typeof value === 'boolean'),
      trusts: isAbsentOr(isTexts),
      denied: isAbsentOr(isTexts),
    }),
    needed: 'a list of {pattern, missing?, trusts?, denied?}, pattern a regular expression',
  },
}

const has = (name: string): name is keyof Settings => Object.hasOwn(rules, name)

const said = (value: unknown) => JSON.stringify(value)?.slice(0, 200) ?? 'nothing'

/** Reads changed settings from the outside. Throws an Error that names the setting, what was met and what is needed. */
export const readLifecycleSettings = (body: unknown): Partial<Settings> => {
  if (!isRecord(body)) throw new Error(`settings are an object, not ${said(body)}`)
  for (const [name, value] of Object.entries(body)) {
    if (!has(name)) throw new Error(`there is no setting ${name}; there are ${Object.keys(rules).join(', ')}`)
    if (!rules[name].holds(value)) throw new Error(`${name} must be ${rules[name].needed}, not ${said(value)}`)
  }
  return body
}

/** Reads calls a second by operation. Throws an Error that names the operation. */
export const readThrottles = (body: unknown): Record<string, number> => {
  if (!isRecord(body)) throw new Error(`throttles are calls a second by operation, not ${said(body)}`)
  for (const [operation, value] of Object.entries(body))
    if (typeof value !== 'number' || !(value > 0))
      throw new Error(`${operation} must have a number of calls a second above 0, not ${said(value)}`)
  return body as Record<string, number>
}
