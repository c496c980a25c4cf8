/** A worker and its queue at one moment. */
export interface FetchLook {
  /** The job that is next to be taken, if any waits. */
  next: string | undefined
  /** Jobs that the worker has taken and errors that it has met so far: a loop that does either is alive. */
  signs: number
  /** It could take another. */
  isFree: boolean
  nowMs: number
}

/** So many looks within the time that a worker may leave a job lying. */
const LOOKS = 6

/**
 * Makes the judge of a worker's looks at its queue; answers the job that is left lying once there is one. A worker that lives and fetches nothing
 * (BullMQ's loop has ended, or waits on a connection that died) shows by this alone: for silentMs the same job has been the next, the
 * worker had room for it, and neither took anything nor met an error. A gap between two looks clears it: Redis was away, or the process stood still.
 */
export const createFetchJudge = (silentMs: number) => {
  let since: { next: string; signs: number; atMs: number } | undefined
  let lookedAtMs = Number.NEGATIVE_INFINITY
  return ({ next, signs, isFree, nowMs }: FetchLook): string | undefined => {
    const hasGap = nowMs - lookedAtMs > (2 * silentMs) / LOOKS
    lookedAtMs = nowMs
    if (next === undefined || !isFree) since = undefined
    else if (since?.next !== next || since.signs !== signs || hasGap) since = { next, signs, atMs: nowMs }
    return since && nowMs - since.atMs >= silentMs ? since.next : undefined
  }
}

/** Looks until the signal; resolves with the job that is left lying. A look that fails or hangs tells nothing. */
export const watchFetching = (
  look: () => Promise<Omit<FetchLook, 'nowMs'>>,
  { silentMs, signal }: { silentMs: number; signal: AbortSignal },
): Promise<string> =>
  new Promise((resolve) => {
    const judge = createFetchJudge(silentMs)
    const timer = setInterval(() => {
      look().then(
        (seen) => {
          const left = judge({ ...seen, nowMs: performance.now() })
          if (left !== undefined) resolve(left)
        },
        () => {},
      )
    }, silentMs / LOOKS).unref()
    signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  })
