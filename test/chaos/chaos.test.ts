import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../simulation/scheduler.ts'
import { type Bench, type Calm, openBench, runCalmly } from './calm-run.ts'
import { type ChaosStack, startChaosStack } from './chaos-stack.ts'
import { sweepPoints } from './crash-sweep.ts'
import { faultRows } from './fault-rows.ts'
import { liveRows } from './live-rows.ts'
import { runFaultRow } from './run-fault-row.ts'
import { runLiveRow } from './run-live-row.ts'
import { scenarios } from './scenarios.ts'

// A slice of `npm run chaos`, the same each time. The limits are for machines with other work; a quiet one needs a quarter.
const limits = { timeout: 600_000 }
const [scenario] = scenarios
if (!scenario) throw new Error('there is no scenario')

let stack: ChaosStack
let bench: Bench
let calm: Calm

beforeAll(async () => {
  stack = await startChaosStack()
  bench = await openBench(stack)
  calm = await runCalmly(bench, scenario)
}, 180_000)
afterAll(() => stack?.stop())

/** What must not be lost or done twice when the process is gone before it could say so. */
const isTelling = (point: string) => /: after (Create(?!Bucket)|Delete|Invoke|document (?!intent|data set))/.test(point)

test('a process that dies just after an effect in the cloud or in the ledger changes nothing', limits, async () => {
  const points = calm.points.filter(isTelling)
  const { died, missed, violations } = await sweepPoints(bench, scenario, calm, points)
  process.stdout.write(`${died.length} of ${points.length} points killed; not met: ${missed.join('; ') || 'none'}\n`)
  expect(violations).toEqual([])
  expect(died.length).toBeGreaterThan(15)
})

const chosen = [
  'answer lost after the work was done',
  'credentials expired, longer than all tries',
  'not visible yet after Create',
  'a bit flipped in what is read',
  'half a body read',
]

test('faults at every stage, jobs delivered twice and an emptied Redis change nothing', limits, async () => {
  const company = { inCompany: true }
  const { next } = createRandom(1)
  const results = await Promise.all(
    faultRows
      .filter(({ fault }) => chosen.includes(fault))
      .map(async (row) => ({ fault: row.fault, ...(await runFaultRow(bench, scenario, calm, row, company)) })),
  )
  // Apart from the faults above: an emptied Redis and a damaged read in one run are two faults, and neither row expects the other's.
  for (const row of liveRows)
    if (row.fault === 'Redis emptied' || row.fault === 'the job delivered twice at once')
      results.push({ fault: row.fault, ...(await runLiveRow(bench, scenario, calm, row, next, company)) })
  for (const { fault, met, missed } of results)
    process.stdout.write(`${fault}: met by ${met.join(', ')}; not by ${missed.join(', ') || 'none'}\n`)
  expect(results.flatMap(({ fault, violations }) => violations.map((one) => ({ fault, ...one })))).toEqual([])
  expect(results.filter(({ met }) => met.length < 3)).toEqual([])
})

test('an outcome that was terminal has not changed since', async () => {
  expect(await bench.oracle.judgeFinal()).toEqual([])
})
