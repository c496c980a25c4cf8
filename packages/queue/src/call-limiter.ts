import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'

export interface CallLimiterOptions {
  redis: Redis
  prefix: string
  /** Calls of an action a second, over all processes that share the Redis prefix. So many may also be made at once. */
  perSecond: (action: string) => number
  /** A call that would have to wait longer is refused. (Default: 30,000) */
  longestWaitMs?: number
}

/** Too many calls of the action are waiting already. Sorted like the cloud's own throttling, which it comes before. */
class CallsExceeded extends Error {
  override readonly name = 'ThrottlingException'
  constructor(action: string, waitMs: number) {
    super(`Rate exceeded: ${action} would have to wait ${Math.round(waitMs / 1000)} s for its turn`)
  }
}

/** How long the next call must wait, in ms. Turns are given out in advance (GCRA), so nobody has to ask twice. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local gap, burst, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now - (burst - 1) * gap)
if due - now <= longest then
  redis.call('SET', KEYS[1], string.format('%.3f', due + gap), 'PX', math.ceil(math.max(due - now, 0) + (burst + 1) * gap))
end
return tostring(due - now)`

/** While Redis does not answer, a process gives itself this share of the rate: few processes, or a slower pace, stay within the whole. */
const SHARE_ALONE = 0.25
const ANSWER_WITHIN_MS = 500

/** One token bucket an action, in Redis, for all processes. Answers a function that resolves when the caller may call. */
export const createCallLimiter = ({ redis, prefix, perSecond, longestWaitMs = 30_000 }: CallLimiterOptions) => {
  const dueAlone = new Map<string, number>()

  const waitAlone = (action: string): number => {
    const now = performance.now()
    const due = Math.max(dueAlone.get(action) ?? 0, now)
    if (due - now <= longestWaitMs) dueAlone.set(action, due + 1000 / (perSecond(action) * SHARE_ALONE))
    return due - now
  }

  const waitShared = async (action: string): Promise<number | undefined> => {
    const rate = perSecond(action)
    const key = `${prefix}:calls:${action}`
    const stopped = new AbortController()
    const asked = redis
      .eval(TAKE, 1, key, 1000 / rate, Math.max(1, Math.floor(rate)), longestWaitMs)
      .then(Number, () => undefined)
    const late = sleep(ANSWER_WITHIN_MS, undefined, { signal: stopped.signal }).catch(() => undefined)
    const waitMs = await Promise.race([asked, late])
    stopped.abort()
    return waitMs
  }

  return async (action: string): Promise<void> => {
    const waitMs = (await waitShared(action)) ?? waitAlone(action)
    if (waitMs > longestWaitMs) throw new CallsExceeded(action, waitMs)
    if (waitMs > 0) await sleep(waitMs)
  }
}
