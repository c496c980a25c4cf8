/** Calls per second by operation, as token buckets of one second's worth; without entry an operation is not throttled. */
export interface Throttles {
  readonly callsPerSecond: Readonly<Record<string, number>>
  change(callsPerSecond: Record<string, number>): void
  /** False when the call is one too many. */
  admit(operation: string): boolean
}

export const createThrottles = (): Throttles => {
  let limits: Record<string, number> = {}
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return {
    get callsPerSecond() {
      return limits
    },
    change: (callsPerSecond) => {
      limits = callsPerSecond
      buckets.clear()
    },
    admit: (operation) => {
      const limit = limits[operation]
      if (limit === undefined) return true
      const nowMs = performance.now()
      const bucket = buckets.get(operation) ?? { tokens: Math.max(1, limit), atMs: nowMs }
      bucket.tokens = Math.min(Math.max(1, limit), bucket.tokens + ((nowMs - bucket.atMs) / 1000) * limit)
      bucket.atMs = nowMs
      buckets.set(operation, bucket)
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
  }
}
