import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClientError } from './client-error.ts'
import type { ContainerFolders } from './folders.ts'

/** hyperparameters.json: every value a string, as the service writes it. Empty where there is no file. */
export const readHyperparameters = ({ config }: ContainerFolders): Record<string, string> => {
  let text: string
  try {
    text = readFileSync(join(config, 'hyperparameters.json'), 'utf8')
  } catch {
    return {}
  }
  const values: unknown = JSON.parse(text)
  if (typeof values !== 'object' || values === null) throw new ClientError('hyperparameters.json holds no object')
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}

/** Reads typed values out of strings, remembers every fault, and throws all of them together. */
export interface HyperparameterReader {
  integer: (name: string, range: Range) => number
  number: (name: string, range: Range) => number
  choice: <T extends string>(name: string, choices: readonly T[], fallback: T) => T
  flag: (name: string, fallback: boolean) => boolean
  /** The raw string; empty where it is not given. */
  text: (name: string) => string
  fault: (message: string) => void
  /** Throws ClientError where anything was wrong, or where a name was given that nobody read. */
  finish: (options?: { allowUnknown?: boolean }) => void
}

interface Range {
  min: number
  max: number
  /** The least value itself is not allowed. */
  aboveMin?: boolean
  /** The largest value itself is not allowed. */
  belowMax?: boolean
  /** Without it the hyperparameter must be given. */
  fallback?: number
}

export const hyperparameterReader = (values: Readonly<Record<string, string>>): HyperparameterReader => {
  const faults: string[] = []
  const known = new Set<string>()
  const raw = (name: string): string | undefined => {
    known.add(name)
    return values[name]
  }
  const numeric = (name: string, range: Range, isInteger: boolean): number => {
    const text = raw(name)
    if (text === undefined || text === '') {
      if (range.fallback === undefined) faults.push(`${name} is required`)
      return range.fallback ?? range.min
    }
    const value = Number(text)
    const { min, max, aboveMin = false, belowMax = false } = range
    const isOutside = value < min || value > max || (aboveMin && value === min) || (belowMax && value === max)
    if (!Number.isFinite(value) || (isInteger && !Number.isInteger(value)) || isOutside)
      faults.push(
        `${name} is ${JSON.stringify(text)}, needed ${isInteger ? 'an integer' : 'a number'} in ${aboveMin ? '(' : '['}${min}, ${max}${belowMax ? ')' : ']'}`,
      )
    return value
  }
  return {
    integer: (name, range) => numeric(name, range, true),
    number: (name, range) => numeric(name, range, false),
    choice: (name, choices, fallback) => {
      const text = raw(name)
      if (text === undefined) return fallback
      const found = choices.find((choice) => choice === text)
      if (found === undefined) faults.push(`${name} is ${JSON.stringify(text)}, needed one of ${choices.join(', ')}`)
      return found ?? fallback
    },
    flag: (name, fallback) => {
      const text = raw(name)?.toLowerCase()
      if (text === undefined) return fallback
      if (!['1', '0', 'true', 'false'].includes(text))
        faults.push(`${name} is ${JSON.stringify(text)}, needed True or False`)
      return text === '1' || text === 'true'
    },
    text: (name) => raw(name) ?? '',
    fault: (message) => faults.push(message),
    finish: ({ allowUnknown = false } = {}) => {
      if (!allowUnknown)
        for (const name of Object.keys(values))
          if (!known.has(name) && !name.startsWith('_')) faults.push(`${name} is no hyperparameter of this algorithm`)
      if (faults.length > 0) throw new ClientError(`invalid hyperparameters: ${faults.join('; ')}`)
    },
  }
}
