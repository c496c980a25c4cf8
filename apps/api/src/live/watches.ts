/** A source of values that many may follow while it is asked once for all of them. */
export interface Watches<Sight> {
  /**
   * The newest sight of the thing, then each newer one: who is slow misses those in between, and holds nobody else up. Throws where a look does,
   * and ends with the signal.
   */
  follow: (id: string, signal: AbortSignal) => AsyncGenerator<Sight, void, void>
}

export interface WatchesOptions<Sight> {
  /** Looks at a thing; undefined where nothing is new since the sight before. */
  look: (id: string, before: Sight | undefined) => Promise<Sight | undefined>
  /** What lies between two looks. */
  rest: (signal: AbortSignal) => Promise<unknown>
}

interface Watch<Sight> {
  followers: number
  latest: Sight | undefined
  /** Settles with the next sight; rejects where the look for it failed. */
  next: Promise<unknown>
  /** Nobody follows any more. */
  left: AbortController
}

const whenAborted = (signal: AbortSignal): { aborted: Promise<void>; forget: () => void } => {
  let forget = () => {}
  const aborted = new Promise<void>((resolve) => {
    const listener = () => resolve()
    if (signal.aborted) resolve()
    signal.addEventListener('abort', listener, { once: true })
    forget = () => signal.removeEventListener('abort', listener)
  })
  return { aborted, forget }
}

/** One loop of looks for each thing that somebody follows, whatever the number of followers; none where nobody does. */
export const createWatches = <Sight>({ look, rest }: WatchesOptions<Sight>): Watches<Sight> => {
  const watches = new Map<string, Watch<Sight>>()

  const nextSight = async (id: string, watch: Watch<Sight>): Promise<void> => {
    for (;;) {
      if (watch.latest !== undefined) await rest(watch.left.signal)
      if (watch.left.signal.aborted) return
      const sight = await look(id, watch.latest)
      if (sight === undefined) continue
      watch.latest = sight
      return
    }
  }
  const keepLooking = (id: string, watch: Watch<Sight>) => {
    watch.next = nextSight(id, watch)
    watch.next.then(
      () => {
        if (!watch.left.signal.aborted) keepLooking(id, watch)
      },
      // Its followers hear of it; whoever comes now begins anew.
      () => watches.get(id) === watch && watches.delete(id),
    )
  }
  const join = (id: string): Watch<Sight> => {
    const known = watches.get(id)
    if (known) return known
    const watch: Watch<Sight> = {
      followers: 0,
      latest: undefined,
      next: Promise.resolve(),
      left: new AbortController(),
    }
    watches.set(id, watch)
    keepLooking(id, watch)
    return watch
  }
  const leave = (id: string, watch: Watch<Sight>) => {
    if (--watch.followers > 0) return
    watch.left.abort()
    if (watches.get(id) === watch) watches.delete(id)
  }

  return {
    async *follow(id, signal) {
      const watch = join(id)
      watch.followers++
      const { aborted, forget } = whenAborted(signal)
      try {
        let seen: Sight | undefined
        while (!signal.aborted) {
          const { latest, next } = watch
          if (latest === seen) await Promise.race([next, aborted])
          else {
            seen = latest
            if (latest !== undefined) yield latest
          }
        }
      } finally {
        forget()
        leave(id, watch)
      }
    },
  }
}
