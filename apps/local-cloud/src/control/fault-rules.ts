import { matchesWildcard } from '../matches-wildcard.ts'
import { createRandom } from '../tuning/random-numbers.ts'

/** What a fault does to a call. */
type FaultEffect =
  /** Answers with this error. `message` and `status` (400) may be left out. */
  | { error: { code: string; status?: number; message?: string } }
  /** Closes the connection without an answer. */
  | { drop: true }
  /** Waits this long, in real ms. */
  | { delayMs: number }
  /** Changes a byte of the answer's body. */
  | { corrupt: true }
  /** S3 only: sends half of the answer's body and closes the connection. */
  | { truncate: true }
  /** What a Create call made is not found for so long, in real ms. */
  | { hideMs: number }

export interface FaultRule {
  /** sagemaker, runtime, logs or s3; absent: all. */
  service?: string
  /** Name of an operation, with `*` for any part of it; absent: all. */
  operation?: string
  /** Regular expression for the resource's name; absent: all. */
  resource?: string
  /** Share of the calls that are hit. (Default: 1) */
  probability?: number
  /** Seed of that chance. (Default: the rule's number) */
  seed?: number
  /** Calls that are hit at most. (Default: unlimited) */
  count?: number
  /** Before the call does its work, or after. (Default: before) */
  when?: 'before' | 'after'
  effect: FaultEffect
}

export interface ActiveRule extends FaultRule {
  id: number
  /** Calls hit so far. */
  hits: number
}

interface MatchedCall {
  service: string
  operation: string
  resource: string | undefined
}

/** The rules that are in force. */
export interface FaultRules {
  add(rule: FaultRule): ActiveRule
  list(): ActiveRule[]
  remove(id: number): boolean
  clear(): void
  /** The rules that hit this call, each counted as a hit. */
  match(call: MatchedCall): ActiveRule[]
}

const effects = ['error', 'drop', 'delayMs', 'corrupt', 'truncate', 'hideMs']

/** Reads a rule from the outside. Throws an Error that says what is wrong with it. */
export const parseFaultRule = (value: unknown): FaultRule => {
  const rule = value as FaultRule
  if (typeof value !== 'object' || value === null || typeof rule.effect !== 'object' || rule.effect === null)
    throw new Error('a rule is an object with an effect')
  const kinds = Object.keys(rule.effect)
  if (kinds.length !== 1 || !effects.includes(kinds[0] ?? ''))
    throw new Error(`effect must be one of ${effects.join(', ')}`)
  if ('error' in rule.effect && typeof rule.effect.error?.code !== 'string')
    throw new Error('effect.error needs a code')
  if (rule.when !== undefined && rule.when !== 'before' && rule.when !== 'after')
    throw new Error('when is before or after')
  const { probability = 1 } = rule
  if (!(probability >= 0 && probability <= 1)) throw new Error('probability lies between 0 and 1')
  // Throws here and now rather than at the first call.
  if (rule.resource !== undefined) RegExp(rule.resource)
  return rule
}

export const createFaultRules = (): FaultRules => {
  const rules = new Map<number, { rule: ActiveRule; random: () => number }>()
  let nextId = 1
  return {
    add: (rule) => {
      const id = nextId++
      const active = { ...rule, id, hits: 0 }
      rules.set(id, { rule: active, random: createRandom('fault', rule.seed ?? id) })
      return active
    },
    list: () => [...rules.values()].map(({ rule }) => rule),
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),
    match: ({ service, operation, resource }) => {
      const hit: ActiveRule[] = []
      for (const { rule, random } of rules.values()) {
        if (rule.hits >= (rule.count ?? Infinity)) continue
        if (rule.service !== undefined && rule.service !== service) continue
        if (rule.operation !== undefined && !matchesWildcard(rule.operation, operation)) continue
        if (rule.resource !== undefined && !new RegExp(rule.resource).test(resource ?? '')) continue
        if (random() >= (rule.probability ?? 1)) continue
        rule.hits += 1
        hit.push(rule)
      }
      return hit
    },
  }
}
