import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'

/** Lets one of several processes do a periodic job. It saves work; correctness must not hang on it, for a frozen holder may wake late. */
export interface Lease {
  /** Takes or renews it for so long; false where another holds it. */
  hold: (forMs: number) => Promise<boolean>
  release: () => Promise<void>
}

const HOLD = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 0`

export const createLease = (redis: Redis, prefix: string, name: string): Lease => {
  const key = `${prefix}:lease:${name}`
  const holder = randomUUID()
  return {
    hold: async (forMs) => (await redis.eval(HOLD, 1, key, holder, Math.ceil(forMs))) === 1,
    release: async () => {
      await redis.eval(RELEASE, 1, key, holder)
    },
  }
}
