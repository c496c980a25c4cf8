// Kills processes at their crash points, lets every stage meet every fault, soaks: `npm run chaos -- --seed 1 --minutes 10`.
// `--only crash,faults,outcomes,live,soak` runs a part, `--row TEXT` (repeatable) of its scenarios, faults, outcomes and live rows those that are named
// so. Ends with the table of invariants, and exit code 1 where one is broken or a cell that was planned did not come about.
import { parseArgs } from 'node:util'
import { createRandom } from '../simulation/scheduler.ts'
import { type Bench, openBench, runAndJudge, runCalmly } from './calm-run.ts'
import { apiRows } from './api-rows.ts'
import { startChaosStack } from './chaos-stack.ts'
import { CRASH_LOOP, runCrashLoops } from './crash-loops.ts'
import { faultRows } from './fault-rows.ts'
import { createFindings, type Findings } from './findings.ts'
import { liveRows } from './live-rows.ts'
import { outcomeRows } from './outcome-rows.ts'
import { runFaultRow } from './run-fault-row.ts'
import { runLiveRow } from './run-live-row.ts'
import type { Violation } from './invariants.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { soak } from './soak.ts'
import { sweepScenario } from './sweep-scenario.ts'

const phases = ['crash', 'faults', 'outcomes', 'live', 'soak'] as const
type Phase = (typeof phases)[number]

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: phases.join(',') },
    row: { type: 'string', multiple: true, default: [''] },
  },
})
const seed = Number(values.seed)
const wanted = values.only.split(',')
const unknown = wanted.find((name) => !phases.some((phase) => phase === name))
if (unknown !== undefined || !Number.isInteger(seed) || !(Number(values.minutes) >= 0)) {
  process.stderr.write(
    `--seed takes a whole number, --minutes a number from 0 on, --only some of ${phases.join(',')}\n`,
  )
  process.exit(2)
}

const crashLoop = { fault: CRASH_LOOP }
const rowNames = [
  ...[...faultRows, ...outcomeRows, ...liveRows, ...apiRows, crashLoop].map(({ fault }) => fault),
  ...scenarios.map(({ name }) => name),
]
const nameless = values.row.find((text) => !rowNames.some((name) => name.includes(text)))
if (nameless !== undefined) {
  process.stderr.write(`--row "${nameless}" names none of: ${rowNames.join('; ')}\n`)
  process.exit(2)
}
const named = <Row extends { fault: string }>(rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ fault }) => values.row.some((text) => fault.includes(text)))

const namedScenarios = scenarios.filter(({ name }) => values.row.some((text) => name.includes(text)))

const startedMs = performance.now()
const say = (line: string) => {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0).padStart(5)
  process.stdout.write(`${line.startsWith('\n') ? '' : `${seconds} s  `}${line}\n`)
}
const findings: Findings = createFindings(say)
const random = createRandom(seed)

const onStack = async (options: Parameters<typeof startChaosStack>[0], run: (bench: Bench) => Promise<void>) => {
  const stack = await startChaosStack(options)
  try {
    const bench = await openBench(stack)
    await run(bench)
    findings.add('at the very end', { met: [], missed: [], violations: await bench.oracle.judgeFinal() })
  } finally {
    await stack.stop()
  }
}

const calmly = async (bench: Bench, scenario: Scenario) => ({ scenario, calm: await runCalmly(bench, scenario) })

const run: Record<Phase, () => Promise<void>> = {
  crash: () =>
    onStack({}, async (bench) => {
      const known = new Set<string>()
      for (const scenario of namedScenarios) await sweepScenario({ bench, findings, known }, scenario)
    }),
  faults: () =>
    onStack({}, async (bench) => {
      const { scenario, calm } = await calmly(bench, alone)
      for (const row of named(faultRows)) findings.add(row.fault, await runFaultRow(bench, scenario, calm, row))
    }),
  outcomes: () =>
    onStack({}, async (bench) => {
      const { scenario, calm } = await calmly(bench, alone)
      for (const { fault, disturbance } of named(outcomeRows))
        findings.add(fault, {
          met: [fault],
          missed: [],
          violations: await runAndJudge(bench, scenario, calm, disturbance(bench)),
        })
    }),
  live: async () => {
    for (const row of named(liveRows))
      await onStack(row.frozen ? { workers: twoOfEach } : {}, async (bench) => {
        const { scenario, calm } = await calmly(bench, alone)
        if (row.frozen) for (const name of spares(bench)) await bench.stack.takeDown(name)
        findings.add(row.fault, await runLiveRow(bench, scenario, calm, row, random.next))
      })
    for (const { fault, act } of named(apiRows))
      await onStack({}, async (bench) => {
        const { scenario, calm } = await calmly(bench, alone)
        const found: Violation[] = []
        const disturb = async () => void found.push(...(await act(bench.stack)))
        const violations = await runAndJudge(bench, scenario, calm, { disturb })
        findings.add(fault, { met: ['api'], missed: [], violations: [...found, ...violations] })
      })
    for (const { fault } of named([crashLoop]))
      await onStack({}, async (bench) => {
        const { scenario, calm } = await calmly(bench, alone)
        findings.add(fault, await runCrashLoops(bench, scenario, calm))
      })
  },
  soak: () =>
    onStack({ workers: twoOfEach, apis: 2 }, async (bench) => {
      const calms = []
      for (const scenario of scenarios) calms.push(await calmly(bench, scenario))
      const result = await soak(bench, calms, { minutes: Number(values.minutes), random, say })
      findings.addSoak(
        `${result.experiments} experiments, ${result.kills} SIGKILLs, ${result.others} other disturbances`,
      )
      findings.add(`soak with seed ${seed}`, { met: [], missed: [], violations: result.violations })
    }),
}

const [alone] = scenarios
const twoOfEach = { split: 2, train: 2, tune: 2, infer: 2, report: 2, control: 2 }
const spares = ({ stack }: Bench) => stack.names().filter((name) => /^worker-.*-2$/.test(name))

for (const phase of phases) if (wanted.includes(phase)) await run[phase]()
findings.print()
process.exit(findings.isHeld() ? 0 : 1)
