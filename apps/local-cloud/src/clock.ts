/** Longest delay setTimeout takes. */
const maxTimerMs = 2 ** 31 - 1

/** Cloud time: what SageMaker bodies are stamped with and what scripted programs and life-cycle delays wait for. */
export interface CloudClock {
  /** Cloud time in ms since the epoch. Never goes back. */
  nowMs(): number
  /** Cloud time as SageMaker writes it: seconds since the epoch with three decimals. */
  stamp(): number
  /** Calls back when cloud time has advanced by `cloudMs`; the answer cancels. */
  after(cloudMs: number, run: () => void): () => void
  /** Resolves when cloud time has advanced by `cloudMs`, or at once when the signal aborts. */
  sleep(cloudMs: number, signal?: AbortSignal): Promise<void>
  /** Real ms that `cloudMs` take at the present rate. */
  realMs(cloudMs: number): number
  /** Real seconds an hour of cloud time takes. (Default: 3600) */
  hourInSeconds(): number
  setHourInSeconds(seconds: number): void
  /** What to keep on disk so that cloud time goes on after a restart. */
  state(): ClockState
  close(): void
}

export interface ClockState {
  realBaseMs: number
  cloudBaseMs: number
  hourInSeconds: number
}

interface Timer {
  dueMs: number
  run: () => void
  handle: NodeJS.Timeout | undefined
}

/** Starts at real time and at its pace unless a kept state says otherwise. */
export const createCloudClock = (kept?: ClockState): CloudClock => {
  let base = kept ?? { realBaseMs: Date.now(), cloudBaseMs: Date.now(), hourInSeconds: 3600 }
  const timers = new Set<Timer>()
  let lastMs = 0
  const rate = () => 3600 / base.hourInSeconds
  const nowMs = () => (lastMs = Math.max(lastMs, base.cloudBaseMs + (Date.now() - base.realBaseMs) * rate()))

  const arm = (timer: Timer) => {
    clearTimeout(timer.handle)
    const waitMs = (timer.dueMs - nowMs()) / rate()
    timer.handle = setTimeout(
      () => {
        if (timer.dueMs - nowMs() > 0.5 * rate()) return arm(timer)
        timers.delete(timer)
        timer.run()
      },
      Math.min(Math.max(0, waitMs), maxTimerMs),
    )
  }

  const after = (cloudMs: number, run: () => void) => {
    const timer: Timer = { dueMs: nowMs() + cloudMs, run, handle: undefined }
    timers.add(timer)
    arm(timer)
    return () => {
      clearTimeout(timer.handle)
      timers.delete(timer)
    }
  }

  return {
    nowMs,
    stamp: () => Math.round(nowMs()) / 1000,
    after,
    sleep: (cloudMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || cloudMs <= 0) return resolve()
        const done = () => {
          cancel()
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const cancel = after(cloudMs, done)
        signal?.addEventListener('abort', done)
      }),
    realMs: (cloudMs) => cloudMs / rate(),
    hourInSeconds: () => base.hourInSeconds,
    setHourInSeconds: (seconds) => {
      base = { cloudBaseMs: nowMs(), realBaseMs: Date.now(), hourInSeconds: seconds }
      for (const timer of timers) arm(timer)
    },
    state: () => base,
    close: () => {
      for (const timer of timers) clearTimeout(timer.handle)
      timers.clear()
    },
  }
}
