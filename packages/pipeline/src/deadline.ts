import { layoutOf, type StageName, type StageRef } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'
import type { Delivery } from './run-stage.ts'

export interface Deadline {
  atMs: number
  /** What is said of a stage that has not ended by then. */
  message: string
}

/** When the stage could first run, by the ledger's stamps: when the last of what comes before it had ended. */
const readyAtMs = (experiment: ExperimentRecord, approach: ApproachRecord | undefined, stage: StageName): number => {
  const order: readonly (readonly StageName[])[] = [
    ['split'],
    ['prepare'],
    ['train', 'tune'],
    ['deploy'],
    ['infer'],
    ['evaluate'],
  ]
  const ended: readonly (string | undefined)[][] = [
    [experiment.split?.endedAt],
    approach ? [experiment.prepare.get(layoutOf(approach.spec))?.endedAt] : [],
    [approach?.train?.endedAt],
    [approach?.deploy?.endedAt],
    [...(approach?.infer.values() ?? []), ...(approach?.inferValidation.values() ?? [])].map(({ endedAt }) => endedAt),
  ]
  const place = order.findIndex((names) => names.includes(stage))
  const before = [experiment.createdAt, approach?.beganAt, ...ended.slice(0, place).flat()]
  return before.reduce((latest, at) => Math.max(latest, at === undefined ? 0 : Date.parse(at)), 0)
}

/** Waits for quota, credentials and outages do not count against a stage. */
const troubleMs = (waits: Delivery['waits'], sinceMs: number): number =>
  waits.reduce((sum, wait) => {
    if (wait.for === undefined) return sum
    return sum + Math.max(0, Date.parse(wait.until) - Math.max(sinceMs, Date.parse(wait.since)))
  }, 0)

/** What has begun to clean up or to conclude is never broken off. */
const endless: readonly StageName[] = ['teardown', 'report', 'finish']

/**
 * The sooner of the experiment's deadline and the stage's own. The stage's clock begins when it was first delivered, or could first
 * run where that is later; it is lost with Redis and then begins anew, the experiment's never.
 */
export const deadlineOf = (
  experiment: ExperimentRecord,
  approach: ApproachRecord | undefined,
  { stage }: StageRef,
  { startedAt, waits }: Pick<Delivery, 'startedAt' | 'waits'>,
): Deadline | undefined => {
  if (endless.includes(stage)) return undefined
  const { deadlineHours, stageDeadlineMinutes } = experiment.spec
  const whole = {
    atMs: Date.parse(experiment.createdAt) + deadlineHours * 3_600_000,
    message: `the experiment was not done within ${deadlineHours} h`,
  }
  const minutes = (stageDeadlineMinutes as Partial<Record<StageName, number>>)[stage]
  if (minutes === undefined) return whole
  const sinceMs = Math.max(Date.parse(startedAt), readyAtMs(experiment, approach, stage))
  const own = {
    atMs: sinceMs + minutes * 60_000 + troubleMs(waits, sinceMs),
    message: `${stage} was not done within ${minutes} min, waits for quota, credentials and outages not counted`,
  }
  return own.atMs < whole.atMs ? own : whole
}
