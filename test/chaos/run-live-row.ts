import { setTimeout as sleep } from 'node:timers/promises'
import { createTiming } from '@assay/pipeline'
import { type Bench, type Calm, type Disturbance, runAndJudge } from './calm-run.ts'
import { timeScale } from './chaos-stack.ts'
import { burntTries } from './fault-rows.ts'
import type { Found } from './findings.ts'
import type { Violation } from './invariants.ts'
import type { LiveRow } from './live-rows.ts'
import type { Scenario } from './scenarios.ts'
import { chaosStages, outcomeWrite } from './stages.ts'

/** So long each stage is held at the write of its outcome, so that it is surely at work. */
const HELD_MS = 1_500
/** Longer than a freeze: a stage may begin while another's worker stands still, and must not be over when that goes on. */
const HELD_BY_FREEZE_MS = 5 * createTiming(timeScale).lockMs
const LOOK_EVERY_MS = 30
const GIVE_UP_MS = 200_000

/** One run in which something is done to a process while each of the stages is at work. */
export const runLiveRow = async (
  bench: Bench,
  scenario: Scenario,
  calm: Calm,
  row: LiveRow,
  chance: () => number,
  company: Pick<Disturbance, 'inCompany'> = {},
): Promise<Found> => {
  const { stack, experiments } = bench
  const frozen = row.frozen ?? false
  const held = new Map<number, (typeof chaosStages)[number]>()
  const met: string[] = []
  const broken: Violation[] = []

  const prepare = async (id: string) => {
    for (const stage of chaosStages) {
      const rule = { ...outcomeWrite(stage, id), count: 1, effect: { delayMs: frozen ? HELD_BY_FREEZE_MS : HELD_MS } }
      held.set(await stack.cloud.addFault(rule), stage)
    }
  }
  const disturb = async (id: string) => {
    const endMs = performance.now() + GIVE_UP_MS
    while (held.size > 0 && performance.now() < endMs) {
      const hits = await stack.cloud.hits()
      for (const [ruleId, stage] of held)
        if ((hits.get(ruleId) ?? 0) > 0) {
          held.delete(ruleId)
          broken.push(...((await row.act(stack, stage, id, chance)) ?? []))
          met.push(stage.name)
        }
      if ((await experiments.record(id))?.finish) return
      await sleep(LOOK_EVERY_MS)
    }
  }
  const violations = await runAndJudge(bench, scenario, calm, {
    ...company,
    prepare,
    disturb,
    frozen,
    ...(row.costsNoTry ? { check: burntTries } : {}),
  })
  return { met, missed: [...held.values()].map(({ name }) => name), violations: [...broken, ...violations] }
}
