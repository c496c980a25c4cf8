import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { SCORE_PER_MS } from './delayed-score.ts'

const READ_AT_ONCE = 1_000

/** Read in pieces, so that Redis is never held up; what is in the set all the while is found. */
const membersOf = async (redis: Redis, key: string, isWanted: (score: number) => boolean): Promise<string[]> => {
  const found: string[] = []
  let cursor = '0'
  do {
    const [next, flat] = await redis.zscan(key, cursor, 'COUNT', READ_AT_ONCE)
    for (let index = 0; index + 1 < flat.length; index += 2)
      if (isWanted(Number(flat[index + 1]))) found.push(flat[index] ?? '')
    cursor = next
  } while (cursor !== '0')
  return found
}

const itemsOf = async (redis: Redis, key: string): Promise<string[]> => {
  const found: string[] = []
  for (let from = 0; ; from += READ_AT_ONCE) {
    const items = await redis.lrange(key, from, from + READ_AT_ONCE - 1)
    found.push(...items)
    if (items.length < READ_AT_ONCE) return found
  }
}

/**
 * Ids of a queue's jobs that wait, run, or are due within the longest wait, in a few reads whatever their number. A job that moves from one
 * list to another meanwhile may be missed.
 */
export const liveJobsOf = async (redis: Redis, queue: Queue, longestWaitMs: number): Promise<string[]> => {
  const latest = (Date.now() + longestWaitMs) * SCORE_PER_MS
  const delayed = await membersOf(redis, queue.toKey('delayed'), (score) => score <= latest)
  const prioritized = await membersOf(redis, queue.toKey('prioritized'), () => true)
  const lists = await Promise.all(['paused', 'wait', 'active'].map((list) => itemsOf(redis, queue.toKey(list))))
  return [...delayed, ...prioritized, ...lists.flat()]
}
