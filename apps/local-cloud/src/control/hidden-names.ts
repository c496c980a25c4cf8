import type { JsonAnswer } from '../server/json-protocol.ts'
import type { Fields } from '../wire.ts'

/** Members that name a resource, in the requests and in the summaries of lists. */
const nameMembers = [
  'TrainingJobName',
  'HyperParameterTuningJobName',
  'TransformJobName',
  'ModelName',
  'EndpointConfigName',
  'EndpointName',
]

/** Resources that exist but cannot be seen yet, as after a Create call of an eventually consistent service. */
export interface HiddenNames {
  hide(input: Fields, operation: string, forMs: number): void
  /** Runs a call that must not see them. */
  run(
    operation: string,
    body: Buffer | undefined,
    run: (body: Buffer | undefined) => Promise<JsonAnswer>,
  ): Promise<JsonAnswer>
}

/** A name that nothing has. */
const standIn = 'hidden-by-the-local-cloud'

const withoutHidden = (body: string, isHidden: (member: string, name: unknown) => boolean): string => {
  const output = JSON.parse(body) as Fields
  for (const [member, value] of Object.entries(output))
    if (Array.isArray(value))
      output[member] = value.filter(
        (item: unknown) =>
          typeof item !== 'object' ||
          item === null ||
          !nameMembers.some((name) => isHidden(name, (item as Fields)[name])),
      )
  return JSON.stringify(output)
}

export const createHiddenNames = (): HiddenNames => {
  const untilMs = new Map<string, number>()
  const keyOf = (member: string, name: unknown) => `${member}/${String(name).toLowerCase()}`
  const isHidden = (member: string, name: unknown): boolean => {
    const until = untilMs.get(keyOf(member, name))
    if (until === undefined) return false
    if (performance.now() < until) return true
    untilMs.delete(keyOf(member, name))
    return false
  }

  return {
    hide: (input, operation, forMs) => {
      const own = `${operation.replace(/^Create/, '')}Name`
      if (typeof input[own] === 'string') untilMs.set(keyOf(own, input[own]), performance.now() + forMs)
    },
    run: async (operation, body, run) => {
      if (untilMs.size === 0 || !body) return run(body)
      let input: Fields
      try {
        input = JSON.parse(body.toString('utf8')) as Fields
      } catch {
        return run(body)
      }
      // A Create call of the same name still finds it taken.
      const own = `${operation.replace(/^Create/, '')}Name`
      const member = nameMembers.find(
        (name) => !(operation.startsWith('Create') && name === own) && isHidden(name, input[name]),
      )
      if (member !== undefined) {
        const name = String(input[member])
        const answer = await run(Buffer.from(JSON.stringify({ ...input, [member]: standIn })))
        return { ...answer, body: answer.body.replaceAll(standIn, name) }
      }
      const answer = await run(body)
      return operation.startsWith('List') && answer.status === 200
        ? { ...answer, body: withoutHidden(answer.body, isHidden) }
        : answer
    },
  }
}
