import { type Progress, type StageRef, stageRefSchema } from '@assay/contracts'
import {
  type Delivery,
  isLater,
  type Later,
  type Log,
  parkMs,
  pollEveryMs,
  type StageContext,
  stageKey,
  type Timing,
} from '@assay/pipeline'
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { apartMs } from './apart-ms.ts'
import { createCloudWaits } from './cloud-waits.ts'
import { crashesOf, endWait, type JobMemory, memoryOf, withoutCrashes } from './job-memory.ts'
import type { QueueName } from './job-names.ts'
import type { Live } from './live.ts'
import { type DatasetCheckRef, type JobData, MAX_TRIES } from './queues.ts'
import { watchFetching } from './watch-fetching.ts'

const PROGRESS_EVERY_MS = 250

export interface WorkerOptions {
  queue: QueueName
  redis: Redis
  prefix: string
  concurrency: number
  timing: Timing
  live: Live
  log: Log
  /** Id of this process, in outcomes and logs. */
  workerId: string
  runStage: (delivery: Delivery, context: StageContext) => Promise<Later | undefined>
  /** `crashes`: deliveries in a row whose worker died over the check. */
  checkDataset?: (datasetId: string, crashes: number) => Promise<Later | undefined>
  /** Runs what changes the queue; a chaos test dies before or after it. (Default: just runs it) */
  around?: <Result>(effect: string, act: () => Promise<Result>) => Promise<Result>
  /** For how long the worker may leave a waiting job lying although it has room. (Default: 60,000) */
  silentMs?: number
}

export interface RunningWorker {
  /** Resolves with why the worker must be started anew: it lives and fetches nothing. */
  stuck: Promise<string>
  /** Takes no more jobs, lets the running ones end for graceMs, then aborts them. */
  stop: (graceMs: number) => Promise<void>
}

const isDatasetCheck = (data: JobData): data is DatasetCheckRef => 'datasetId' in data

/** Runs a queue's jobs. `later` parks a job without holding a slot and without using up a try. */
export const startWorker = ({
  queue,
  redis,
  prefix,
  concurrency,
  timing,
  live,
  log,
  workerId,
  runStage,
  checkDataset,
  around = (_effect, act) => act(),
  silentMs = 60_000,
}: WorkerOptions): RunningWorker => {
  const stopping = new AbortController()
  const startedMs = performance.now()

  const cloudWaits = createCloudWaits(redis, prefix)

  /** How long the stage will sleep, and when somebody next looks for it. */
  const sleepOf = async (ref: StageRef, { later: { afterMs, cloud, deadlineAt } }: Later) => {
    if (!cloud) return { sleepMs: afterMs, nextLookMs: afterMs }
    const waiting = await cloudWaits.enter({ ref, wait: cloud })
    const leftMs = deadlineAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(deadlineAt) - Date.now()
    const sleepMs = Math.min(parkMs(afterMs, waiting, timing), Math.max(afterMs, leftMs))
    return { sleepMs, nextLookMs: Math.min(sleepMs, pollEveryMs(waiting, timing)) }
  }

  const park = async (job: Job<JobData>, token: string | undefined, afterMs: number) => {
    const dueAtMs = Date.now() + Math.round(afterMs * (0.9 + 0.2 * Math.random()))
    const what = isDatasetCheck(job.data) ? 'data set check' : job.data.stage
    await around(`parking ${what}`, () => job.moveToDelayed(dueAtMs, token))
    throw new DelayedError()
  }

  const deliver = async (job: Job<JobData>, token: string | undefined, signal: AbortSignal | undefined) => {
    const at = new Date().toISOString()
    const memory = memoryOf(job, at)
    const crashes = crashesOf(job, memory)
    const hasWaited = memory.apart === job.stalledCounter
    const workerAgeMs = performance.now() - startedMs
    const waitMs = apartMs({ crashes, hasWaited, workerAgeMs, lockMs: timing.lockMs }, Math.random)
    if (waitMs > 0) {
      await job.updateProgress({ ...memory, apart: job.stalledCounter })
      await park(job, token, waitMs)
    }
    if (isDatasetCheck(job.data)) {
      const answer = await checkDataset?.(job.data.datasetId, crashes)
      if (crashes > 0) await job.updateProgress(withoutCrashes(job, memory))
      if (answer) await park(job, token, answer.later.afterMs)
      return
    }
    const parsed = stageRefSchema.safeParse(job.data)
    if (!parsed.success) throw new UnrecoverableError(`job data is no stage: ${parsed.error.message}`)
    const ref: StageRef = parsed.data
    const key = stageKey(ref)
    const report = (progress: Progress) => {
      live.setProgress(ref, key, progress).catch((error: unknown) => log.debug({ err: error }, 'progress not stored'))
    }
    let reportedAtMs = 0
    const delivery: Delivery = {
      ref,
      tryNumber: job.attemptsMade + 1,
      maxTries: MAX_TRIES,
      startedAt: memory.startedAt,
      waits: endWait(memory, at).waits,
      crashes,
    }
    const context: StageContext = {
      log,
      worker: workerId,
      now: () => new Date(),
      signal: signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal,
      progress: (progress) => {
        if (Date.now() - reportedAtMs < PROGRESS_EVERY_MS) return
        reportedAtMs = Date.now()
        report({ ...progress, state: 'running', since: memory.startedAt })
      },
    }
    try {
      const answer = await runStage(delivery, context)
      if (!isLater(answer)) {
        if (crashes > 0) await job.updateProgress(withoutCrashes(job, memory))
        await live.clearProgress(ref, key).catch(() => {})
        return
      }
      const { reason, done, total, unit, deadlineAt, cloud } = answer.later
      const { sleepMs, nextLookMs } = await sleepOf(ref, answer)
      const sameWait = memory.waiting?.reason === reason
      const trouble = answer.later.for
      const next: JobMemory = sameWait
        ? memory
        : { ...endWait(memory, at), waiting: { reason, since: at, ...(trouble ? { for: trouble } : {}) } }
      if (!sameWait || crashes > 0) await job.updateProgress(withoutCrashes(job, next))
      const nextLookAt = new Date(Date.now() + nextLookMs).toISOString()
      const counted = {
        ...(done === undefined ? {} : { done }),
        ...(total === undefined ? {} : { total }),
        ...(unit === undefined ? {} : { unit }),
        ...(deadlineAt === undefined ? {} : { deadlineAt }),
        ...(cloud && !trouble ? { inCloud: true } : {}),
      }
      report({ state: 'waiting', message: reason, since: next.waiting?.since ?? at, nextLookAt, ...counted })
      await park(job, token, sleepMs)
    } catch (error) {
      if (error instanceof DelayedError) throw error
      log.warn({ err: error, job: job.id, try: delivery.tryNumber }, 'delivery ended in an error')
      await job.updateProgress(withoutCrashes(job, endWait(memory, at))).catch(() => {})
      const message = error instanceof Error ? error.message : String(error)
      report({
        state: 'retrying',
        message: `try ${delivery.tryNumber} of ${MAX_TRIES}: ${message}`.slice(0, 500),
        since: at,
      })
      throw error
    }
  }

  let signs = 0
  let running = 0
  const run = async (...delivery: Parameters<typeof deliver>) => {
    signs++
    running++
    await deliver(...delivery).finally(() => running--)
  }
  const worker = new Worker<JobData>(queue, (job, token, signal) => run(job, token, signal), {
    connection: redis,
    prefix,
    concurrency,
    lockDuration: timing.lockMs,
    stalledInterval: timing.lockMs / 2,
    // A job that lives for days may be stalled by many deploys; what crashes its worker again and again runStage sets aside.
    maxStalledCount: 1_000,
    // Kept so long that no late duplicate finds its id free; the ledger decides anyway.
    removeOnComplete: { age: 86_400, count: 5_000 },
    removeOnFail: { age: 7 * 86_400, count: 20_000 },
    skipVersionCheck: true,
    settings: {
      backoffStrategy: (tries) => {
        const wait = Math.min(timing.retryMs * 2 ** (tries - 1), timing.retryMaxMs)
        return Math.round(wait * (0.5 + 0.5 * Math.random()))
      },
    },
  })
  worker.on('error', (error) => {
    signs++
    log.warn({ err: error }, 'queue connection trouble')
  })
  worker.on('stalled', (id) => log.warn({ job: id }, 'job had stalled and is run again'))

  // BullMQ takes from the end of the list.
  const nextJob = async () => (await redis.lindex(worker.toKey('wait'), -1)) ?? undefined
  const stuck = watchFetching(async () => ({ next: await nextJob(), signs, isFree: running < concurrency }), {
    silentMs,
    signal: stopping.signal,
  })

  return {
    stuck: stuck.then((job) => `${job} waits and is not fetched`),
    async stop(graceMs) {
      const closed = worker.close()
      const timer = new Promise((resolve) => setTimeout(resolve, graceMs).unref())
      await Promise.race([closed, timer])
      stopping.abort(new Error('worker stops'))
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 3_000).unref())])
    },
  }
}
