import { randomUUID } from 'node:crypto'
import type { StageRef } from '@assay/contracts'
import { createTiming } from '@assay/pipeline'
import { connectPatient, createNotes, createQueues, type Notes, type Queues } from '@assay/queue'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createReconciler } from './create-reconciler.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const idOf = (index: number) =>
  `${'abcdefghijklmnopqrstuvwxyz'[index % 26]}${'abcdefghij'[Math.floor(index / 26)]}`.padEnd(13, 'a')
const refOf = (experimentId: string): StageRef => ({ experimentId, approachId: 'one', attempt: 1, stage: 'train' })

describe.skipIf(!url)('the reconciler on a real Redis (ASSAY_TEST_REDIS_URL; npm test starts one)', () => {
  let redis: Redis
  let prefix: string
  let queues: Queues
  let notes: Notes
  let nowMs: number
  let open: string[]
  let ledgerLists: number
  const advanced: string[] = []

  /** As the real one: ensures the stage's job, then notes it. */
  const advance = async (id: string) => {
    advanced.push(id)
    await queues.ensure(refOf(id))
    await notes.write(id, [refOf(id)])
  }
  const create = () =>
    createReconciler({
      ledger: {
        openIds: async function* openIds() {
          ledgerLists++
          yield* open
        },
        readDataset: async () => undefined,
      },
      notes,
      queues,
      advance,
      timing: createTiming(1),
      log,
      now: () => new Date(nowMs),
    })

  beforeEach(() => {
    redis = connectPatient(url ?? '')
    prefix = `test-${randomUUID()}`
    queues = createQueues({ redis, prefix, longestWaitMs: 60_000 })
    notes = createNotes(redis, prefix)
    nowMs = Date.now()
    open = Array.from({ length: 200 }, (_, index) => idOf(index))
    ledgerLists = 0
    advanced.length = 0
  })
  afterEach(async () => {
    await queues.close()
    redis.disconnect()
  })
  const removeAll = async () => {
    const keys = await redis.keys(`${prefix}:*`)
    await redis.del(...keys)
  }

  test('after Redis lost everything one pass brings back two hundred experiments, and the next has nothing to do', async () => {
    const pass = create()
    expect(await pass()).toEqual({ folded: 200 })
    expect((await queues.liveJobs()).size).toBe(200)
    expect(await pass()).toEqual({ folded: 0 })
    await removeAll()
    expect(await pass()).toEqual({ folded: 200 })
    expect((await queues.liveJobs()).size).toBe(200)
  })

  test('two hundred experiments at rest are compared without a look into the ledger until its list is due again', async () => {
    const pass = create()
    await pass()
    expect(ledgerLists).toBe(1)
    for (let count = 0; count < 5; count++) await pass()
    expect(ledgerLists).toBe(1)
    nowMs += 30_000
    await pass()
    expect(ledgerLists).toBe(2)
    expect(advanced).toHaveLength(200)
  })

  test('a job that vanished is brought back at the second pass', async () => {
    const pass = create()
    await pass()
    const [lost = ''] = open
    await queues.all.find(({ name }) => name === 'train')?.remove(`${lost}.one.1.train`)
    expect(await pass()).toEqual({ folded: 0 })
    expect(await pass()).toEqual({ folded: 1 })
    expect(advanced.at(-1)).toBe(lost)
  })

  test('what the ledger has open and nobody noted is folded when its list is read', async () => {
    const pass = create()
    await pass()
    open.push('zzzzzzzzzzzzz')
    expect(await pass()).toEqual({ folded: 0 })
    nowMs += 30_000
    expect(await pass()).toEqual({ folded: 1 })
  })

  test('an experiment that was not folded for an hour is folded once', async () => {
    const pass = create()
    await pass()
    open = []
    nowMs += 3_700_000
    expect(await pass()).toEqual({ folded: 200 })
  })
})
