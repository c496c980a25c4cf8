import type { CloudClock } from '../../clock.ts'

/** Why a run is to end before its program does. */
export type StopCause = 'stop' | 'maxRuntime' | 'maxWait' | 'interrupt' | 'shutdown'

/** What can be asked of a program that trains. */
export interface Stoppable {
  terminate: () => void
  kill: () => void
}

/** One run's way of being stopped: the first cause counts. */
export interface RunControl {
  readonly cause: StopCause | undefined
  /** Aborts with the first cause. */
  readonly signal: AbortSignal
  request(cause: StopCause): void
  /** Stops this program when a cause comes, or at once if it came already: SIGTERM, then SIGKILL after the grace. */
  attach(program: Stoppable): void
  /** The program has ended: the SIGKILL that may be due must not hit what runs after it. */
  detach(): void
}

/** Time a program gets between SIGTERM and SIGKILL, in cloud time. */
const graceMs = 120_000
/** ... but never less than this, so that a fast clock leaves a real process a chance. */
const leastGraceMs = 250

export const createRunControl = (clock: CloudClock): RunControl => {
  const aborter = new AbortController()
  let cause: StopCause | undefined
  let program: Stoppable | undefined
  let killTimer: NodeJS.Timeout | undefined

  const stopProgram = () => {
    if (!program || !cause) return
    if (cause === 'shutdown') return program.kill()
    program.terminate()
    killTimer = setTimeout(program.kill, Math.max(leastGraceMs, clock.realMs(graceMs)))
    killTimer.unref()
  }

  return {
    get cause() {
      return cause
    },
    signal: aborter.signal,
    request: (wanted) => {
      if (cause !== undefined) return
      cause = wanted
      aborter.abort()
      stopProgram()
    },
    attach: (attached) => {
      program = attached
      stopProgram()
    },
    detach: () => {
      program = undefined
      clearTimeout(killTimer)
    },
  }
}
