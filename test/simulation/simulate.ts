import { expect, test } from 'vitest'
import { type Faults, faultsOf, noFaults } from './faults.ts'
import { World } from './world.ts'

/** Seeds in all; ASSAY_SIMULATION_SEEDS asks for more or fewer. */
const SEEDS = Number(process.env['ASSAY_SIMULATION_SEEDS'] ?? 20_000)

/** What a run amounts to, times and ids apart. */
const resultOf = (world: World) => {
  const { finish, approaches } = world.fold()
  return { state: finish?.output?.state, stats: approaches.map(({ evaluate }) => evaluate?.output?.stats) }
}

const violations = (world: World, ended: boolean, faults: Faults, expected: unknown): string[] => {
  const found: string[] = []
  if (!ended) found.push('the experiment did not end')
  for (const bug of world.bugs) found.push(`a handler is broken: ${String(bug)}`)
  // A frozen process may wake after teardown and create a free or short-lived resource anew, which it then undoes; a job's name is never free again.
  for (const [name, times] of world.cloud.created)
    if (times > 1 && (faults.freeze === 0 || name.includes('-job/'))) found.push(`${name} was created ${times} times`)
  for (const { kind, name } of world.cloud.left()) found.push(`${kind} ${name} is left`)
  found.push(...new Set(world.broken))
  for (const path of new Set(world.s3.overwritten)) found.push(`document ${path} was written over`)
  const { finish } = world.fold()
  const remaining = finish?.output?.cleanup.remaining ?? []
  if (faults.freeze === 0 && remaining.length > 0)
    found.push(`the outcome names what remains: ${JSON.stringify(remaining)}`)
  const result = JSON.stringify(resultOf(world))
  if (!faults.cancel && result !== expected)
    found.push(`the result is ${result}, without faults it is ${String(expected)}`)
  return found
}

/** Errors are made by the thousand here, on purpose; their stacks, which nobody reads, would take a tenth of the time. */
const withoutStacks = async (run: () => Promise<void>): Promise<void> => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  await run().finally(() => {
    Error.stackTraceLimit = stackTraceLimit
  })
}

/** Defines the test of every `of`-th seed from `first` on; one file for each, so that each gets a core. */
export const testSeeds = (first: number, of: number): void => {
  test(
    `no fault makes a paid job twice, leaves a resource or loses an experiment (seeds ${first}, ${first + of}, … up to ${SEEDS})`,
    { timeout: 600_000 },
    () =>
      withoutStacks(async () => {
        const calm = new World(1, noFaults)
        expect(await calm.run()).toBe(true)
        const result = resultOf(calm)
        // Else all seeds could agree on a failure.
        expect(result.state).toBe('succeeded')
        const expected = JSON.stringify(result)
        expect(violations(calm, true, noFaults, expected)).toEqual([])
        for (let seed = first; seed <= SEEDS; seed += of) {
          const faults = faultsOf(seed)
          const world = new World(seed, faults)
          const found = violations(world, await world.run(), faults, expected)
          if (found.length > 0)
            throw new Error(
              `seed ${seed}: ${found.join('; ')}\n${JSON.stringify(faults)}\n${world.trace.slice(-250).join('\n')}`,
            )
        }
      }),
  )
}
