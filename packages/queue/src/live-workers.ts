import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { type QueueName, queueNames } from './job-names.ts'

/** Workers that are connected, by queue; a managed Redis that hides its clients shows none. */
export const liveWorkers = async (redis: Redis, prefix: string): Promise<ReadonlyMap<QueueName, number>> => {
  const counts = new Map<QueueName, number>()
  for (const name of queueNames) {
    const queue = new Queue(name, { connection: redis, prefix, skipVersionCheck: true })
    queue.on('error', () => {})
    const workers = await queue.getWorkers()
    counts.set(name, workers.length)
    await queue.close()
  }
  return counts
}
