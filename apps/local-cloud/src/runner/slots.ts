/** So many programs at once; who comes first is served first. */
export interface Slots {
  /** Resolves with the function that gives the slot back, or with undefined when the signal aborts first. */
  acquire(signal: AbortSignal): Promise<(() => void) | undefined>
  /** False when the next `acquire` would wait. */
  readonly free: boolean
}

export const createSlots = (count: number): Slots => {
  let taken = 0
  const waiting: (() => void)[] = []

  const release = () => {
    taken -= 1
    waiting.shift()?.()
  }
  const take = () => {
    taken += 1
    let given = false
    return () => {
      if (!given) release()
      given = true
    }
  }

  return {
    acquire: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(undefined)
        if (taken < count) return resolve(take())
        const start = () => {
          signal.removeEventListener('abort', giveUp)
          resolve(take())
        }
        const giveUp = () => {
          waiting.splice(waiting.indexOf(start), 1)
          resolve(undefined)
        }
        waiting.push(start)
        signal.addEventListener('abort', giveUp, { once: true })
      }),
    get free() {
      return taken < count
    },
  }
}
