import type { Intent, StageName } from '@assay/contracts'
import type { Timing } from './timing.ts'

/** What a parked stage waits for in the cloud, as it was last described. Whoever sees another state may wake the stage. */
export interface CloudWait {
  kind: Extract<Intent['kind'], 'training-job' | 'tuning-job' | 'endpoint' | 'transform-job'>
  name: string
  /** The service's own words, the secondary status after a space. */
  state: string
  /** Stamps of the cloud's clock in ms. */
  createdAtMs: number
  modifiedAtMs: number
}

/** Stages that wait for each kind of resource. */
export const waitingStages = {
  'training-job': ['train', 'teardown'],
  'tuning-job': ['tune', 'teardown'],
  endpoint: ['deploy', 'teardown'],
  'transform-job': ['deploy', 'teardown'],
} as const satisfies Record<CloudWait['kind'], readonly StageName[]>

/** From so many waiting stages on, the cloud is listed less often. */
const MANY_WAITING = 500

/** Between two listings of the cloud's state, for so many waiting stages. */
export const pollEveryMs = (waiting: number, timing: Timing): number =>
  waiting < MANY_WAITING ? timing.pollMs : timing.pollManyMs

/**
 * How long a stage sleeps when nobody wakes it, for so many waiting stages. All of them share a bounded number of looks a second:
 * few look as often as they like, which keeps their progress lively; of many, each looks rarely and relies on the poller.
 */
export const parkMs = (afterMs: number, waiting: number, timing: Timing): number =>
  Math.max(afterMs, Math.min(waiting * timing.lookMs, timing.safetyMs))
