import type { Outcome } from '@assay/contracts'
import type { Job } from 'bullmq'

const WAITS_KEPT = 50

/** What BullMQ keeps with a job between its deliveries. */
export interface JobMemory {
  startedAt: string
  waits: Outcome['waits']
  /** The present wait: what for and since when. */
  waiting?: Omit<Outcome['waits'][number], 'until'>
  /** Stalls that BullMQ had counted when a delivery last came to an end of its own. It never counts them back. */
  stalls?: number
  /** Stalls after which the job was last sent apart. */
  apart?: number
}

export const memoryOf = (job: Job, now: string): JobMemory => {
  const stored = job.progress
  return typeof stored === 'object' && 'startedAt' in stored
    ? (stored as unknown as JobMemory)
    : { startedAt: now, waits: [] }
}

/** Deliveries in a row whose worker died, or stood still for longer than the lock. */
export const crashesOf = (job: Job, { stalls = 0 }: JobMemory): number => Math.max(0, job.stalledCounter - stalls)

/** A delivery came to an end of its own; the present wait, if any, goes on. */
export const withoutCrashes = (job: Job, { apart: _apart, ...memory }: JobMemory): JobMemory => ({
  ...memory,
  stalls: job.stalledCounter,
})

/** A wait that goes on for the same reason is one wait. */
export const endWait = ({ waiting, ...memory }: JobMemory, now: string): JobMemory => ({
  ...memory,
  waits: waiting ? [...memory.waits, { ...waiting, until: now }].slice(-WAITS_KEPT) : memory.waits,
})
