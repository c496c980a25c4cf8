import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, openBench, runCalmly } from './calm-run.ts'
import { type ChaosStack, startChaosStack } from './chaos-stack.ts'
import { roundsOf, sweepPoints } from './crash-sweep.ts'
import { scenarios } from './scenarios.ts'

let stack: ChaosStack
let bench: Bench

beforeAll(async () => {
  stack = await startChaosStack()
  bench = await openBench(stack)
})
afterAll(() => stack?.stop())

test('processes that die before and after their effects change nothing: the first three points of every stage and process', async () => {
  const [scenario] = scenarios
  if (!scenario) throw new Error('there is no scenario')
  const calm = await runCalmly(bench, scenario)
  const [points = []] = roundsOf(calm.points)
  const { died, missed, violations } = await sweepPoints(bench, scenario, calm, points)
  process.stdout.write(`${died.length} of ${points.length} points killed; not met: ${missed.join('; ') || 'none'}\n`)
  expect(violations).toEqual([])
  // Which process is first at some points is a matter of timing; most do not depend on it.
  expect(died.length).toBeGreaterThan(0.75 * points.length)
})
