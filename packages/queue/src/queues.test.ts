import { randomUUID } from 'node:crypto'
import type { StageRef } from '@assay/contracts'
import { createTiming, type Delivery, type Later, later } from '@assay/pipeline'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCloudWaits } from './cloud-waits.ts'
import { connectPatient } from './connections.ts'
import { createLive } from './live.ts'
import { jobIdOf } from './job-names.ts'
import { createQueues, type Queues } from './queues.ts'
import { createWake } from './wake.ts'
import { type RunningWorker, startWorker } from './worker.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']
const ref: StageRef = { experimentId: 'aaaaaaaaaaaaa', approachId: 'one', attempt: 1, stage: 'train' }
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe.skipIf(!url)('queues on a real Redis (ASSAY_TEST_REDIS_URL; npm test starts one)', () => {
  let redis: Redis
  let queues: Queues
  let prefix: string
  const workers: RunningWorker[] = []

  beforeEach(() => {
    redis = connectPatient(url ?? '')
    prefix = `test-${randomUUID()}`
    queues = createQueues({ redis, prefix, longestWaitMs: 60_000 })
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop(1_000)))
    await queues.close()
    redis.disconnect()
  })

  const work = (run: (delivery: Delivery, count: number) => Promise<Later | undefined>) => {
    const deliveries: Delivery[] = []
    const timing = createTiming(0.001)
    const live = createLive(redis, prefix)
    const runStage = async (delivery: Delivery) => {
      deliveries.push(delivery)
      return run(delivery, deliveries.length)
    }
    workers.push(
      startWorker({ queue: 'train', redis, prefix, concurrency: 4, timing, live, log, workerId: 'w', runStage }),
    )
    return deliveries
  }
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const state = async () =>
    (await queues.all.find(({ name }) => name === 'train')?.getJob('aaaaaaaaaaaaa.one.1.train'))?.getState()
  const untilState = async (wanted: string) => {
    while ((await state()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  test('ensuring a stage that waits adds no second job', async () => {
    await Promise.all(Array.from({ length: 20 }, () => queues.ensure(ref)))
    const deliveries = work(async () => undefined)
    await untilState('completed')
    expect(deliveries).toHaveLength(1)
  })

  test('ensuring a stage whose job had completed runs it again, where a bare add would do nothing', async () => {
    const deliveries = work(async () => undefined)
    await queues.ensure(ref)
    await untilState('completed')
    await queues.ensure(ref)
    await until(() => deliveries.length === 2)
    expect(deliveries[1]?.tryNumber).toBe(1)
  })

  test('waiting uses up no try and is remembered with its reason', async () => {
    const deliveries = work(async (_delivery, count) =>
      count < 12 ? later({ afterMs: 1, reason: count < 6 ? 'quota' : 'endpoint' }) : undefined,
    )
    await queues.ensure(ref)
    await untilState('completed')
    expect(deliveries.at(-1)?.tryNumber).toBe(1)
    expect(deliveries.at(-1)?.waits.map(({ reason }) => reason)).toEqual(['quota', 'endpoint'])
  })

  test('an error is tried again up to eight times in all', { timeout: 60_000 }, async () => {
    const deliveries = work(async () => {
      throw new Error('passing')
    })
    await queues.ensure(ref)
    await untilState('failed')
    expect(deliveries.map(({ tryNumber }) => tryNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('a parked job is promoted, a job that is not parked is left', async () => {
    const deliveries = work(async (_delivery, count) =>
      count === 1 ? later({ afterMs: 60_000, reason: 'training' }) : undefined,
    )
    expect(await queues.promote(ref)).toBe('over')
    await queues.ensure(ref)
    await untilState('delayed')
    expect(await queues.promote(ref)).toBe('promoted')
    await untilState('completed')
    expect(await queues.promote(ref)).toBe('over')
    expect(deliveries).toHaveLength(2)
  })

  const jobId = 'aaaaaaaaaaaaa.one.1.train'

  test('a job that has lost its place in every list is made anew, where a bare add would do nothing', async () => {
    await queues.ensure(ref)
    await redis.lrem(`${prefix}:train:wait`, 0, jobId)
    expect(await state()).toBe('unknown')
    const deliveries = work(async () => undefined)
    await queues.ensure(ref)
    await untilState('completed')
    expect(deliveries).toHaveLength(1)
  })

  test('deliveries whose worker died are counted until one comes to an end of its own', async () => {
    await queues.ensure(ref)
    await redis.hset(`${prefix}:train:${jobId}`, 'stc', 2)
    const deliveries = work(async (_delivery, count) =>
      count === 1 ? later({ afterMs: 1, reason: 'training' }) : undefined,
    )
    await untilState('completed')
    expect(deliveries.map(({ crashes }) => crashes)).toEqual([2, 0])
  })

  test('after three crashes a job is sent apart from those that died with it, then run', async () => {
    await queues.ensure(ref)
    await redis.hset(`${prefix}:train:${jobId}`, 'stc', 3)
    const deliveries = work(async () => undefined)
    await untilState('delayed')
    expect(deliveries).toEqual([])
    await queues.promote(ref)
    await untilState('completed')
    expect(deliveries.map(({ crashes }) => crashes)).toEqual([3])
  })

  test('a worker that has just begun does not run a job over which three have died', async () => {
    await queues.ensure(ref)
    await redis.hset(`${prefix}:train:${jobId}`, 'stc', 3)
    await redis.hset(`${prefix}:train:${jobId}`, 'progress', JSON.stringify({ startedAt: 'then', waits: [], apart: 3 }))
    const deliveries = work(async () => undefined)
    await untilState('delayed')
    expect(deliveries).toEqual([])
  })

  test('a job that is due far beyond any wait is brought forward', async () => {
    const deliveries = work(async (_delivery, count) =>
      count === 1 ? later({ afterMs: 3_600_000, reason: 'clock' }) : undefined,
    )
    await queues.ensure(ref)
    await untilState('delayed')
    // It may have been added days ago.
    await redis.hset(`${prefix}:train:${jobId}`, 'timestamp', Date.now() - 86_400_000)
    await queues.ensure(ref)
    await untilState('completed')
    expect(deliveries).toHaveLength(2)
  })

  test('who learns that a resource changed wakes the stage that waits for it; what nobody waits for is no matter', async () => {
    const name = 'assay-aaaaaaaaaaaaa-00-01'
    const cloud = { kind: 'training-job', name, state: 'InProgress', createdAtMs: 1, modifiedAtMs: 2 } as const
    const waits = createCloudWaits(redis, prefix)
    const wake = createWake({ waits, queues, log })
    const deliveries = work(async (_delivery, count) =>
      count === 1 ? later({ afterMs: 60_000, reason: 'training', cloud }) : undefined,
    )
    await queues.ensure(ref)
    await untilState('delayed')
    expect(await waits.all()).toEqual([{ ref, wait: cloud }])
    await wake({ kind: 'endpoint', name })
    await wake({ kind: 'training-job', name: 'assay-aaaaaaaaaaaaa-01-01' })
    expect(await state()).toBe('delayed')
    await wake({ kind: 'training-job', name })
    await untilState('completed')
    expect(deliveries).toHaveLength(2)
    await wake({ kind: 'training-job', name })
    expect(await waits.count()).toBe(0)
  })

  test('the load tells what waits, what is parked and since when something is overdue', async () => {
    const other = { ...ref, approachId: 'two' } as const
    await queues.ensure(ref)
    await queues.ensure(other)
    const trainLoad = async () => (await queues.load()).find(({ queue }) => queue === 'train')
    expect(await trainLoad()).toEqual({
      queue: 'train',
      jobs: { waiting: 2, active: 0, parked: 0, failed: 0 },
      overdueSeconds: 0,
      workers: 0,
    })
    const deliveries = work(async () => later({ afterMs: 60_000, reason: 'the cloud' }))
    await until(() => deliveries.length === 2)
    while ((await trainLoad())?.jobs.parked !== 2) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await trainLoad()).toMatchObject({ jobs: { waiting: 0, active: 0 }, overdueSeconds: 0, workers: 1 })
    const tenSecondsAgo = (Date.now() - 10_000) * 0x1000
    await redis.zadd(`${prefix}:train:delayed`, 'XX', tenSecondsAgo, jobIdOf(ref))
    expect((await trainLoad())?.overdueSeconds).toBeGreaterThanOrEqual(10)
  })
})
