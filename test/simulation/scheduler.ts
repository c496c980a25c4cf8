/** mulberry32: small, fast, and the same everywhere. */
export const createRandom = (seed: number) => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    chance: (probability: number) => next() < probability,
    below: (bound: number) => Math.floor(next() * bound),
    between: (low: number, high: number) => low + next() * (high - low),
  }
}
export type Random = ReturnType<typeof createRandom>

/** When every run begins. */
export const START_MS = Date.UTC(2026, 0, 1)

interface Event {
  atMs: number
  order: number
  run: () => void
  /** Nobody awaits it: it only makes further events. */
  silent: boolean
  /** The beat of something that is repeated for ever. */
  beat: boolean
}

/** Virtual time: events run in the order of their time, ties in the order they were made. Nothing waits for real. */
export class Scheduler {
  nowMs = START_MS
  readonly random: Random
  #events: Event[] = []
  #made = 0
  #beats = 0

  constructor(random: Random) {
    this.random = random
  }

  at(delayMs: number, run: () => void, { silent = false, beat = false } = {}) {
    const event = { atMs: this.nowMs + delayMs, order: this.#made++, run, silent, beat }
    if (beat) this.#beats++
    // Kept sorted, the next one last; insertion from the end is short, for most events are near.
    let index = this.#events.length
    while (index > 0 && isSooner(this.#events[index - 1], event)) index--
    this.#events.splice(index, 0, event)
  }

  /** Whether nothing is under way or still to come but for beats. */
  get isAtRest(): boolean {
    return this.#events.length === this.#beats
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(delayMs, resolve)
    })
  }

  /** Runs until the condition holds or virtual time is over; answers whether it held. */
  async runUntil(isOver: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.nowMs + limitMs
    while (!isOver()) {
      const event = this.#events.pop()
      if (!event || event.atMs > endMs) return isOver()
      if (event.beat) this.#beats--
      this.nowMs = Math.max(this.nowMs, event.atMs)
      event.run()
      if (event.silent) continue
      // Lets every continuation of the event run before the next: ticks come after all microtasks, and nothing here waits for the machine.
      await new Promise<void>((resolve) => {
        process.nextTick(resolve)
      })
    }
    return true
  }
}

const isSooner = (a: Event | undefined, b: Event) =>
  a !== undefined && (a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order))
