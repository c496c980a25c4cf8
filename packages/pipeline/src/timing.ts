/** All our own waits in ms. Tests and local runs scale them by one factor. */
export interface Timing {
  /** Between two looks at a training or tuning job, and between two listings of the cloud's state; the latter while many stages wait. */
  pollMs: number
  pollManyMs: number
  /** A waiting stage's share of the looks: with n waiting each looks every n times this, within pollMs and safetyMs. */
  lookMs: number
  /** The longest that a stage sleeps while it waits for the cloud. */
  safetyMs: number
  /** Between two looks at an endpoint that is being made or deleted. */
  endpointPollMs: number
  /** First wait after a passing error; doubles up to retryMaxMs, with jitter. */
  retryMs: number
  retryMaxMs: number
  /** While Redis, S3 or credentials are away. */
  outageMs: number
  /** While an account limit refuses more instances. */
  quotaMs: number
  /** Between two comparisons of notes and queues, and, for each thousand, between two listings of open experiments in S3. */
  reconcileMs: number
  reconcileLedgerMs: number
  /** After which an experiment is folded whatever its jobs. */
  restMs: number
  /** Between two passes of the janitor. */
  janitorMs: number
  /** What cannot be removed for this long after its teardown began is an alarm. */
  removalAlarmMs: number
  /** A resource that was intended but not seen for this long since its attempt was closed does not exist. */
  visibleMs: number
  /** A delivery that was not renewed for this long lost its worker and is run again. */
  lockMs: number
}

/** A lock must outlive a pause of a busy machine, however small the scale. */
const SHORTEST_LOCK_MS = 2_000

export const createTiming = (scale: number): Timing => ({
  pollMs: 10_000 * scale,
  pollManyMs: 60_000 * scale,
  lookMs: 500 * scale,
  safetyMs: 1_800_000 * scale,
  endpointPollMs: 10_000 * scale,
  retryMs: 2_000 * scale,
  retryMaxMs: 60_000 * scale,
  outageMs: 15_000 * scale,
  quotaMs: 60_000 * scale,
  reconcileMs: 15_000 * scale,
  reconcileLedgerMs: 30_000 * scale,
  restMs: 3_600_000 * scale,
  janitorMs: 300_000 * scale,
  removalAlarmMs: 1_800_000 * scale,
  visibleMs: 60_000 * scale,
  lockMs: Math.max(10_000 * scale, SHORTEST_LOCK_MS),
})
