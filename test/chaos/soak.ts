import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRule } from '../../apps/local-cloud/src/control/fault-rules.ts'
import type { Random } from '../simulation/scheduler.ts'
import { type Bench, type Calm, runAndJudge } from './calm-run.ts'
import type { Violation } from './invariants.ts'
import { flushRedis } from './live-rows.ts'
import type { Scenario } from './scenarios.ts'

export interface SoakResult {
  kills: number
  others: number
  experiments: number
  violations: Violation[]
}

const AT_ONCE = 3
const KILL_EVERY_MS = { least: 600, most: 3_000 }
const FROZEN_MS = 3_500
const AWAY_MS = 300

/** Faults of the cloud that a rule brings for all, each for a few seconds. */
const passingFaults: readonly FaultRule[] = [
  { probability: 0.3, effect: { error: { code: 'ThrottlingException', message: 'Rate exceeded' } } },
  { service: 'sagemaker', probability: 0.3, when: 'after', effect: { drop: true } },
  { service: 's3', probability: 0.05, when: 'after', effect: { drop: true } },
  { service: 's3', probability: 0.2, effect: { error: { code: 'SlowDown', status: 503 } } },
  { service: 's3', operation: 'GetObject', probability: 0.1, effect: { corrupt: true } },
  { service: 's3', operation: 'GetObject', probability: 0.1, effect: { truncate: true } },
  { service: 'sagemaker', operation: 'Create*', effect: { hideMs: 800 } },
  { probability: 1, effect: { error: { code: 'ExpiredTokenException', message: 'expired' } } },
  { service: 'logs', effect: { error: { code: 'ServiceUnavailableException', status: 503 } } },
]
const FAULT_MS = 3_000

/** Random deaths and faults for so many minutes over several workers and APIs, with experiments coming and going; then all must end well. */
export const soak = async (
  bench: Bench,
  calms: readonly { scenario: Scenario; calm: Calm }[],
  { minutes, random, say }: { minutes: number; random: Random; say: (line: string) => void },
): Promise<SoakResult> => {
  const { stack } = bench
  const result: SoakResult = { kills: 0, others: 0, experiments: 0, violations: [] }
  const endMs = performance.now() + minutes * 60_000
  const isOver = () => performance.now() >= endMs
  const names = stack.names().filter((name) => name !== 'redis' && name !== 'local-cloud')
  const anyName = () => names[random.below(names.length)] ?? ''

  const freeze = async () => {
    const { pid } = stack.process(anyName())
    process.kill(pid, 'SIGSTOP')
    await sleep(FROZEN_MS)
    try {
      process.kill(pid, 'SIGCONT')
    } catch {
      // It was killed while it stood still.
    }
  }
  const disturbances: readonly (() => Promise<unknown>)[] = [
    freeze,
    () => flushRedis(stack),
    async () => {
      await stack.kill('redis')
      await sleep(AWAY_MS)
      await stack.restart('redis')
    },
    async () => {
      const rule = passingFaults[random.below(passingFaults.length)]
      if (!rule) return
      const id = await stack.cloud.addFault({ ...rule, seed: random.below(1_000_000) })
      await sleep(FAULT_MS)
      await stack.cloud.removeFault(id)
    },
  ]

  const kill = async () => {
    for (; !isOver(); await sleep(random.between(KILL_EVERY_MS.least, KILL_EVERY_MS.most))) {
      await stack.kill(anyName())
      result.kills++
    }
  }
  const disturb = async () => {
    for (; !isOver(); await sleep(random.between(4_000, 10_000))) {
      await disturbances[random.below(disturbances.length)]?.()
      result.others++
    }
  }
  const submit = async () => {
    while (!isOver()) {
      // Most are left alone; the others are canceled or retried.
      const { scenario, calm } = calms[random.chance(0.7) ? 0 : random.below(calms.length)] ?? {}
      if (!scenario || !calm) return
      const violations = await runAndJudge(bench, scenario, calm, { frozen: true, inCompany: true })
      result.experiments++
      result.violations.push(...violations)
      say(
        `${result.experiments} experiments, ${result.kills} kills, ${result.others} other disturbances${violations.length ? ` BROKEN ${JSON.stringify(violations)}` : ''}`,
      )
    }
  }
  await Promise.all([kill(), disturb(), ...Array.from({ length: AT_ONCE }, submit)])
  return result
}
