import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bench, openBench, runCalmly } from './calm-run.ts'
import { type ChaosStack, startChaosStack } from './chaos-stack.ts'
import { sweepPoints } from './crash-sweep.ts'
import { scenarios } from './scenarios.ts'

let stack: ChaosStack
let bench: Bench

beforeAll(async () => {
  stack = await startChaosStack()
  bench = await openBench(stack)
})
afterAll(() => stack?.stop())

/** What must not be lost or done twice when the process is gone before it could say so. */
const isTelling = (point: string) => /: after (Create|Delete|Invoke|document (?!intent|data set))/.test(point)

test(
  'a process that dies just after an effect in the cloud or in the ledger changes nothing',
  { timeout: 600_000 },
  async () => {
    const [scenario] = scenarios
    if (!scenario) throw new Error('there is no scenario')
    const calm = await runCalmly(bench, scenario)
    const points = calm.points.filter(isTelling)
    const { died, missed, violations } = await sweepPoints(bench, scenario, calm, points)
    process.stdout.write(`${died.length} of ${points.length} points killed; not met: ${missed.join('; ') || 'none'}\n`)
    expect(violations).toEqual([])
    expect(missed).toEqual([])
  },
)
