import { setTimeout as sleep } from 'node:timers/promises'
import { createTiming, MOST_CRASHES } from '@assay/pipeline'
import { type Bench, type Calm, runAndJudge } from './calm-run.ts'
import { timeScale } from './chaos-stack.ts'
import type { Found } from './findings.ts'
import type { Scenario } from './scenarios.ts'
import { type ChaosStage, chaosStages, outcomeWrite, workerOf } from './stages.ts'

export const CRASH_LOOP = 'a process killed at every start for a while'

/** From one death to the next, the start in between: a process that did not outlive a lock proves nothing about its job. */
const LIVES_MS = 0.8 * createTiming(timeScale).lockMs
/** Far more than make a job be set aside that is at fault itself. */
const DEATHS = 3 * MOST_CRASHES
/** Longer than a loop: who writes the outcome meanwhile is killed over it. */
const HELD_MS = 2 * DEATHS * LIVES_MS
const LOOK_EVERY_MS = 30

/** The first stage of each kind of worker. */
const looped: readonly ChaosStage[] = [
  ...new Map(chaosStages.toReversed().map((stage) => [workerOf(stage), stage])).values(),
]

/** One run in which a process of each kind, the API too, dies at every start for a while, mostly over the job that it has just taken. No job may be blamed. */
export const runCrashLoops = async (bench: Bench, scenario: Scenario, calm: Calm): Promise<Found> => {
  const { stack, experiments } = bench
  const { cloud } = stack
  const met: string[] = []
  const rules = new Map<ChaosStage, number>()
  const isOver = async (id: string) => (await experiments.record(id))?.finish !== undefined

  /** Kills the process whenever `isAtWork`, and when it has lived for so long. */
  const killAtEveryStart = async (name: string, isAtWork: () => Promise<boolean>) => {
    for (let deaths = 0; deaths < DEATHS; deaths++) {
      await stack.kill(name)
      const endMs = performance.now() + LIVES_MS
      while (performance.now() < endMs && !(await isAtWork())) await sleep(LOOK_EVERY_MS)
    }
    met.push(name)
  }
  const loopOver = async (id: string, stage: ChaosStage, rule: number) => {
    let known = 0
    const isAtWork = async () => {
      const hits = (await cloud.hits()).get(rule) ?? 0
      const isNew = hits > known
      known = hits
      return isNew
    }
    while (!(await isAtWork())) {
      if (await isOver(id)) return
      await sleep(LOOK_EVERY_MS)
    }
    await killAtEveryStart(`${workerOf(stage)}-1`, isAtWork)
    await cloud.removeFault(rule)
  }

  const violations = await runAndJudge(bench, scenario, calm, {
    prepare: async (id) => {
      for (const stage of looped)
        rules.set(stage, await cloud.addFault({ ...outcomeWrite(stage, id), effect: { delayMs: HELD_MS } }))
    },
    disturb: (id) =>
      Promise.all([
        killAtEveryStart('api', async () => false),
        ...[...rules].map(([stage, rule]) => loopOver(id, stage, rule)),
      ]),
  })
  const planned = ['api', ...looped.map((stage) => `${workerOf(stage)}-1`)]
  return { met, missed: planned.filter((name) => !met.includes(name)), violations }
}
