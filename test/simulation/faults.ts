import { createRandom } from './scheduler.ts'

/** Probabilities of what may go wrong; all zero is the fault-free run. */
export interface Faults {
  /** A delivery is handed to two processes at once. */
  duplicate: number
  /** A job vanishes from the queue when it is added. */
  lose: number
  /** A remote call fails before its effect, or its answer is lost after it. */
  refuse: number
  loseAnswer: number
  /** A process stands still before it sends. */
  freeze: number
  /** Process deaths and losses of all of Redis in the whole run. */
  kills: number
  flushes: number
  cancel: boolean
  retry: boolean
  invisibleMs: number
  /** The cloud has none of the first instance types that one approach asks for. */
  withoutGpus: boolean
  /** How often in a row the cloud itself breaks what the other approach asks for; it begins anew by itself twice. */
  internalErrors: 0 | 1 | 2
  /** Stages of other experiments that wait too; with many, a parked stage relies on being woken. */
  crowd: number
}

export const noFaults: Faults = {
  duplicate: 0,
  lose: 0,
  refuse: 0,
  loseAnswer: 0,
  freeze: 0,
  kills: 0,
  flushes: 0,
  cancel: false,
  retry: false,
  invisibleMs: 0,
  withoutGpus: false,
  internalErrors: 0,
  crowd: 0,
}

/** What may go wrong under a seed: everything now and then, nothing always. */
export const faultsOf = (seed: number): Faults => {
  const random = createRandom(seed ^ 0x5eed)
  const some = (probability: number, most: number) => (random.chance(probability) ? random.between(0, most) : 0)
  return {
    duplicate: some(0.5, 0.3),
    lose: some(0.4, 0.2),
    refuse: some(0.5, 0.1),
    loseAnswer: some(0.5, 0.1),
    freeze: some(0.4, 0.02),
    kills: Math.round(some(0.5, 6)),
    flushes: Math.round(some(0.3, 3)),
    cancel: random.chance(0.15),
    retry: random.chance(0.1),
    invisibleMs: some(0.3, 30_000),
    withoutGpus: random.chance(0.2),
    internalErrors: random.chance(0.2) ? (random.chance(0.5) ? 1 : 2) : 0,
    crowd: random.chance(0.5) ? 10_000 : 0,
  }
}
