import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { SCORE_PER_MS } from './delayed-score.ts'

/** What a queue holds at this moment. */
export interface QueueLoad {
  queue: string
  jobs: {
    /** A worker more would take them now. */
    waiting: number
    active: number
    /** Sleep until the cloud's state changes or a time has come. */
    parked: number
    failed: number
  }
  /** How long the parked job that was due first has been due, in seconds; 0 where none is. It grows where no worker of the queue lives. */
  overdueSeconds: number
  /** Connected workers; 0 too where a managed Redis hides its clients. */
  workers: number
}

/** A few reads of a constant size, however many jobs there are. */
export const readQueueLoad = async (redis: Redis, queue: Queue): Promise<QueueLoad> => {
  const [counts, [, firstScore], workers] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed'),
    redis.zrange(queue.toKey('delayed'), 0, '0', 'WITHSCORES'),
    queue.getWorkersCount(),
  ])
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts
  const dueAtMs = firstScore === undefined ? Number.POSITIVE_INFINITY : Number(firstScore) / SCORE_PER_MS
  return {
    queue: queue.name,
    jobs: { waiting: waiting + prioritized, active, parked: delayed, failed },
    overdueSeconds: Math.max(0, (Date.now() - dueAtMs) / 1000),
    workers,
  }
}
