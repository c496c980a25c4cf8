import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@assay/pipeline'
import type { Lease } from '@assay/queue'

export interface Repetition {
  name: string
  /** From the begin of a pass to that of the next. */
  everyMs: () => number | Promise<number>
  pass: () => Promise<unknown>
  /** Of the processes that repeat it, the one that holds this does. */
  lease: Lease
  log: Log
}

/** A holder that died is followed after so many intervals. */
const LEASE_INTERVALS = 1.5
const LEAST_LEASE_MS = 1_000
/** It is renewed so often while it lasts. */
const RENEWALS = 3
/** Where not even the interval can be learned. */
const AFTER_ERROR_MS = 5_000

/** Runs the pass where this process holds the lease, which is renewed meanwhile; a frozen process stops renewing. */
const turn = async ({ pass, lease }: Repetition, everyMs: number): Promise<void> => {
  const leaseMs = Math.max(LEASE_INTERVALS * everyMs, LEAST_LEASE_MS)
  if (!(await lease.hold(leaseMs))) return
  const renewal = setInterval(() => void lease.hold(leaseMs).catch(() => {}), leaseMs / RENEWALS)
  await pass().finally(() => clearInterval(renewal))
}

/** Repeats a pass until the signal; one that ends in an error is logged and repeated like any other. */
export const repeatForever = async (repetition: Repetition, signal: AbortSignal): Promise<void> => {
  const { name, log, lease } = repetition
  while (!signal.aborted) {
    const startedMs = performance.now()
    let everyMs = AFTER_ERROR_MS
    try {
      everyMs = await repetition.everyMs()
      await turn(repetition, everyMs)
    } catch (error) {
      log.warn({ err: error, pass: name }, 'pass ended early')
    }
    const restMs = Math.max(0, everyMs - (performance.now() - startedMs))
    await sleep(restMs, undefined, { signal }).catch(() => {})
  }
  await lease.release()
}
