import { Redis } from 'ioredis'

/** Removes what a run left under its own prefix in somebody's Redis; every other key stays. Answers the number of keys. */
export const removeKeys = async (redisUrl: string, prefix: string): Promise<number> => {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1 })
  redis.on('error', () => {})
  let removed = 0
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 }) as AsyncIterable<string[]>)
      if (keys.length > 0) removed += await redis.unlink(keys)
  } finally {
    redis.disconnect()
  }
  return removed
}
