import { randomUUID } from 'node:crypto'
import type { StageRef } from '@assay/contracts'
import { createTiming } from '@assay/pipeline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectPatient } from './connections.ts'
import { createLive } from './live.ts'
import { createQueues } from './queues.ts'
import { startMiddleman } from './testing/middleman.ts'
import { startWorker } from './worker.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const ref: StageRef = { experimentId: 'aaaaaaaaaaaaa', approachId: 'one', attempt: 1, stage: 'train' }
/** The command with which BullMQ waits for jobs. */
const BLOCKING = 'bzpopmin'
const ANY = ''
const NEVER_MS = 3_600_000
/** Longer than BullMQ's blocking read. */
const DEAD_AFTER_MS = 6_000

describe.skipIf(!url)('fetching over a connection that died (ASSAY_TEST_REDIS_URL; npm test starts one)', () => {
  let middleman: Awaited<ReturnType<typeof startMiddleman>>
  let prefix: string
  let ensure: () => Promise<void>
  const cleanUps: (() => unknown)[] = []

  beforeEach(async () => {
    middleman = await startMiddleman(url ?? '')
    prefix = `test-${randomUUID()}`
    const redis = connectPatient(url ?? '')
    const queues = createQueues({ redis, prefix, longestWaitMs: 60_000 })
    ensure = () => queues.ensure(ref)
    cleanUps.push(
      () => middleman.close(),
      () => queues.close(),
      () => redis.disconnect(),
    )
  })
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
  })

  /** A worker behind the middleman that waits for jobs, and whose connections on which the command was given then fall silent. */
  const startDeaf = async (command: string, { deadAfterMs, silentMs }: { deadAfterMs: number; silentMs: number }) => {
    const redis = connectPatient(middleman.url, { deadAfterMs })
    let take: (stage: StageRef) => void = () => {}
    const delivered = new Promise<StageRef>((resolve) => {
      take = resolve
    })
    const worker = startWorker({
      queue: 'train',
      redis,
      prefix,
      concurrency: 1,
      timing: createTiming(0.001),
      live: createLive(redis, prefix),
      log,
      workerId: 'w',
      runStage: async (delivery) => {
        take(delivery.ref)
        return undefined
      },
      silentMs,
    })
    cleanUps.push(
      () => redis.disconnect(),
      () => worker.stop(0),
    )
    while (!middleman.heard(BLOCKING)) await new Promise((resolve) => setTimeout(resolve, 20))
    middleman.fallSilent(command)
    return { ...worker, delivered }
  }

  test('a worker whose connections all died makes them anew and fetches what waits', async () => {
    const { delivered } = await startDeaf(ANY, { deadAfterMs: DEAD_AFTER_MS, silentMs: NEVER_MS })
    await ensure()
    expect(await delivered).toEqual(ref)
  })

  test('a worker that does not get over it says so, and which job it leaves lying', async () => {
    const { stuck } = await startDeaf(BLOCKING, { deadAfterMs: NEVER_MS, silentMs: 600 })
    await ensure()
    expect(await stuck).toBe('aaaaaaaaaaaaa.one.1.train waits and is not fetched')
  })
})
