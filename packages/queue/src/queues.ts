import type { StageRef } from '@assay/contracts'
import { type Job, type JobsOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { SCORE_PER_MS } from './delayed-score.ts'
import { liveJobsOf } from './live-jobs.ts'
import { jobIdOf, jobNameOf, type QueueName, queueNames, queueOfStage } from './job-names.ts'
import { type QueueLoad, readQueueLoad } from './queue-load.ts'

/** Tries of a delivery that ends in a passing error; waiting uses up none. */
export const MAX_TRIES = 8

/** Stored with every job, so no more than each must say itself; how long ended jobs are kept is the worker's. */
const jobOptions: JobsOptions = { attempts: MAX_TRIES, backoff: { type: 'capped' }, stackTraceLimit: 3 }

/** BullMQ keeps 10,000 events a queue by default; nothing of ours reads them, and Bull Board does not either. */
const EVENTS_KEPT = 100

/** A check of a data set travels the split queue beside the stages. */
export interface DatasetCheckRef {
  datasetId: string
}
export type JobData = StageRef | DatasetCheckRef

export interface Queues {
  /** For Bull Board. */
  all: readonly Queue[]
  /** Sees to it that the stage's job is waiting, active or due soon. Safe to repeat at any time. */
  ensure: (ref: StageRef) => Promise<void>
  ensureDatasetCheck: (datasetId: string) => Promise<void>
  /** Wakes a parked job now. `live`: it is about to run or runs; `over`: there is nothing to wake. */
  promote: (ref: StageRef) => Promise<'promoted' | 'live' | 'over'>
  /** Names (see liveJobName) of all jobs that wait, run or are due within the longest wait. */
  liveJobs: () => Promise<ReadonlySet<string>>
  load: () => Promise<QueueLoad[]>
  close: () => Promise<void>
}

export const createQueues = ({
  redis,
  prefix,
  longestWaitMs,
}: {
  redis: Redis
  prefix: string
  longestWaitMs: number
}): Queues => {
  const queues = new Map<QueueName, Queue>(
    queueNames.map((name) => [
      name,
      new Queue(name, {
        connection: redis,
        prefix,
        defaultJobOptions: jobOptions,
        skipVersionCheck: true,
        streams: { events: { maxLen: EVENTS_KEPT } },
      }),
    ]),
  )
  for (const queue of queues.values()) queue.on('error', () => {})
  const queueOf = (name: QueueName) => {
    const queue = queues.get(name)
    if (!queue) throw new Error(`no queue ${name}`)
    return queue
  }

  /** When a delayed job is due; its own stamps tell only when it was added and how long it was last parked for. */
  const dueAtMs = async (queue: Queue, id: string): Promise<number> =>
    Math.floor(Number((await redis.zscore(queue.toKey('delayed'), id)) ?? 0) / SCORE_PER_MS)

  const revive = async (queue: Queue, id: string, name: string, data: JobData) => {
    const job = (await queue.getJob(id)) as Job<JobData> | undefined
    const state = job ? await job.getState() : 'unknown'
    if (!job || state === 'unknown') {
      // A job without a place in any list, as a broken fail-over may leave it, would make `add` of its id a silent no-op.
      if (job) await job.remove()
      await queue.add(name, data, { jobId: id })
      return
    }
    // A completed or failed job makes `add` of its id a silent no-op, so it is run again in place.
    if (state === 'completed' || state === 'failed')
      await job.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true })
    else if (state === 'delayed' && (await dueAtMs(queue, id)) > Date.now() + longestWaitMs) await job.promote()
  }

  /** Another process may have moved the job between our look and our act: whatever it did, the job is live. */
  const ensureJob = async (queue: Queue, id: string, name: string, data: JobData) => {
    for (let tries = 1; ; tries++) {
      try {
        await revive(queue, id, name, data)
        return
      } catch (error) {
        const job = await queue.getJob(id)
        const state = job ? await job.getState() : 'unknown'
        if (state !== 'unknown' && state !== 'completed' && state !== 'failed') return
        if (tries >= 3) throw error
      }
    }
  }

  return {
    all: [...queues.values()],
    ensure: (ref) => ensureJob(queueOf(queueOfStage[ref.stage]), jobIdOf(ref), jobNameOf(ref), ref),
    ensureDatasetCheck: (datasetId) =>
      ensureJob(queueOf('split'), `check.${datasetId}`, `${datasetId} check`, { datasetId }),
    async promote(ref) {
      const job = await queueOf(queueOfStage[ref.stage]).getJob(jobIdOf(ref))
      const state = job ? await job.getState() : 'unknown'
      if (!job || state === 'unknown' || state === 'completed' || state === 'failed') return 'over'
      if (state !== 'delayed') return 'live'
      // It may have become active since; then it looks by itself.
      return job.promote().then(
        () => 'promoted',
        () => 'live',
      )
    },
    async liveJobs() {
      const found = new Set<string>()
      for (const [name, queue] of queues)
        for (const id of await liveJobsOf(redis, queue, longestWaitMs)) found.add(`${name}/${id}`)
      return found
    },
    load: () => Promise.all([...queues.values()].map((queue) => readQueueLoad(redis, queue))),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}
