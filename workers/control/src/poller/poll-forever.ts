import { setTimeout as sleep } from 'node:timers/promises'
import { type Log, pollEveryMs, type Timing } from '@assay/pipeline'
import type { CloudWaits, Lease } from '@assay/queue'

export interface PollForeverDeps {
  poll: () => Promise<void>
  waits: Pick<CloudWaits, 'count'>
  lease: Lease
  timing: Timing
  log: Log
}

/** A holder that died is followed after so many intervals. */
const LEASE_INTERVALS = 3
const LEAST_LEASE_MS = 3_000

/** Looks at the cloud in turns until the signal, in one of the processes that run this: the one with the lease. */
export const pollForever = async (
  { poll, waits, lease, timing, log }: PollForeverDeps,
  signal: AbortSignal,
): Promise<void> => {
  const turn = async (everyMs: number) => {
    const leaseMs = Math.max(LEASE_INTERVALS * everyMs, LEAST_LEASE_MS)
    if (!(await lease.hold(leaseMs))) return
    // A long listing outlasts the lease; a frozen process stops renewing.
    const renewal = setInterval(() => void lease.hold(leaseMs).catch(() => {}), leaseMs / LEASE_INTERVALS)
    await poll().finally(() => clearInterval(renewal))
  }
  while (!signal.aborted) {
    const startedMs = performance.now()
    let everyMs = timing.pollMs
    try {
      everyMs = pollEveryMs(await waits.count(), timing)
      await turn(everyMs)
    } catch (error) {
      log.warn({ err: error }, 'look at the cloud ended early')
    }
    const restMs = Math.max(0, everyMs - (performance.now() - startedMs))
    await sleep(restMs, undefined, { signal }).catch(() => {})
  }
  await lease.release()
}
