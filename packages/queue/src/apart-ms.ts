/** After so many crashes a job is run only apart from what may be to blame instead: the jobs beside it, or the process itself. */
const SUSPECT_AFTER = 3

export interface Suspect {
  /** Deliveries in a row whose worker died. */
  crashes: number
  /** It has waited for a while of its own since the last of them. */
  hasWaited: boolean
  /** How long the worker that would run it has lived. */
  workerAgeMs: number
  lockMs: number
}

/**
 * For how long a job is to wait before it may run here; 0: now. Of jobs that died together one may be the cause, so each waits for a random while
 * of its own. And a process that dies at every start, whatever it runs, would take the first job at hand with it each time: a worker must have
 * outlived a lock first, so that only deaths of a worker that could live without the job go on being counted against it.
 */
export const apartMs = ({ crashes, hasWaited, workerAgeMs, lockMs }: Suspect, chance: () => number): number => {
  if (crashes < SUSPECT_AFTER) return 0
  return Math.max(hasWaited ? 0 : crashes * lockMs * chance(), lockMs - workerAgeMs, 0)
}
