import type { ChaosStack } from './chaos-stack.ts'
import { createExperiments, type Experiments } from './experiments.ts'
import type { Violation } from './invariants.ts'
import { callsOf, createOracle, type Oracle, type Run } from './oracle.ts'
import { type Result, resultOf } from './result.ts'
import type { Scenario } from './scenarios.ts'

/** The longest that any run may take, on a machine with other work too. */
const RUN_MS = 240_000

/** What a scenario comes to where nothing goes wrong. */
export interface Calm {
  expected: Result
  calls: number
  /** Crash points that it reached. */
  points: readonly string[]
}

/** A stack with somebody who submits, acts and judges. */
export interface Bench {
  stack: ChaosStack
  experiments: Experiments
  oracle: Oracle
}

export const openBench = async (stack: ChaosStack): Promise<Bench> => {
  const experiments = await createExperiments(stack)
  return { stack, experiments, oracle: createOracle({ experiments, cloud: stack.cloud }) }
}

/** The scenario's own slowness, in force as long as the stack. */
const slowDown = async ({ stack: { cloud } }: Bench, { faults }: Scenario, id: string): Promise<void> => {
  for (const rule of faults?.(id) ?? []) await cloud.addFault(rule)
}

/** Runs a scenario on a data set of its own with nothing going wrong. Throws where it does not end. */
export const runCalmly = async (bench: Bench, scenario: Scenario): Promise<Calm> => {
  const { stack, experiments } = bench
  await experiments.forgetChannels()
  // Points that only disturbed runs come by are no part of this one.
  stack.crash.forgetReached()
  const dataset = await experiments.addDataset()
  const { id } = await experiments.submit(dataset, scenario.change, (given) => slowDown(bench, scenario, given))
  await scenario.act(experiments, id)
  const experiment = await experiments.until(id, ({ finish }) => finish !== undefined, RUN_MS)
  if (!experiment) throw new Error(`"${scenario.name}" does not end even where nothing goes wrong`)
  return {
    expected: resultOf(experiment, await experiments.report(experiment)),
    calls: callsOf(await stack.cloud.journal('sagemaker'), id),
    points: stack.crash.reached(),
  }
}

export interface Disturbance {
  /** Called with the id before the experiment is submitted, and once it is accepted. */
  prepare?: (id: string) => Promise<unknown>
  disturb?: (id: string) => Promise<unknown>
  frozen?: boolean
  /** Other experiments run beside this one and read the channels that they share. (Default: false) */
  inCompany?: boolean
  change?: Scenario['change']
  expected?: (calm: Result, met: Result) => Result
  check?: Run['check']
}

/** Runs a scenario while things go wrong and judges its end. */
export const runAndJudge = async (
  bench: Bench,
  scenario: Scenario,
  calm: Calm,
  {
    prepare,
    disturb,
    frozen = false,
    inCompany = false,
    change = {},
    expected = (known) => known,
    check,
  }: Disturbance = {},
): Promise<Violation[]> => {
  const { experiments, oracle } = bench
  if (!inCompany) await experiments.forgetChannels()
  const startedMs = performance.now()
  const dataset = await experiments.addDataset()
  const { id, again } = await experiments.submit(dataset, { ...scenario.change, ...change }, async (given) => {
    await slowDown(bench, scenario, given)
    await prepare?.(given)
  })
  await Promise.all([scenario.act(experiments, id), disturb?.(id)])
  const run: Run = {
    id,
    again,
    startedMs,
    expected: (met) => expected(calm.expected, met),
    calmCalls: calm.calls,
    frozen,
    ...(check ? { check } : {}),
  }
  return oracle.judge(run, RUN_MS)
}
