import { randomUUID } from 'node:crypto'
import type { CostMeter, ExperimentEvent } from '@assay/contracts'
import { connectPatient, createLive } from '@assay/queue'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { anExperiment } from '../fakes/records.ts'
import { createEvents } from './experiment-events.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']
const cost: CostMeter = {
  at: '2026-01-01T00:00:00.000Z',
  microUsd: 0,
  projectedMicroUsd: 0,
  budgetMicroUsd: null,
  approaches: [],
}

/** A Redis connection that counts its commands. */
const connectCounting = () => {
  const redis = connectPatient(url ?? '')
  const counted = { redis, commands: 0 }
  const send = redis.sendCommand.bind(redis)
  redis.sendCommand = (...args: Parameters<typeof send>) => {
    counted.commands++
    return send(...args)
  }
  return counted
}

describe.skipIf(!url)('events of an experiment on a real Redis (ASSAY_TEST_REDIS_URL; npm test starts one)', () => {
  const experiment = anExperiment()
  let prefix: string
  let notices: ReturnType<typeof connectPatient>

  beforeEach(() => {
    prefix = `test-${randomUUID()}`
    notices = connectPatient(url ?? '')
  })
  afterEach(() => {
    notices.disconnect()
  })

  /** Viewers of one process, whose looks come when they are let. */
  const openViewers = (count: number, lastEventId?: string) => {
    const counted = connectCounting()
    const readers = Array.from({ length: count }, () => new AbortController())
    const reading = { loads: 0, rests: 0, beat: () => {} }
    const { events } = createEvents({
      live: createLive(counted.redis, prefix),
      loadExperiment: async () => {
        reading.loads++
        return experiment
      },
      meter: async () => cost,
      log: { warn: () => {} },
      rest: () =>
        new Promise<void>((resolve) => {
          reading.rests++
          reading.beat = resolve
        }),
    })
    const seen: ExperimentEvent[][] = Array.from({ length: count }, () => [])
    const viewers = readers.map(async ({ signal }, index) => {
      for await (const { event } of events(experiment.id, lastEventId, signal)) seen[index]?.push(event)
    })
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
    }
    /** Looks so often, one look after the other. */
    const look = async (times: number) => {
      for (let time = 0; time < times; time++) {
        const rests = reading.rests
        await until(() => reading.rests > 0)
        reading.beat()
        await until(() => reading.rests > rests)
      }
    }
    const stop = async () => {
      for (const reader of readers) reader.abort()
      await Promise.all(viewers)
      reading.beat()
      await new Promise((resolve) => setImmediate(resolve))
      counted.redis.disconnect()
    }
    return { counted, reading, seen, until, look, stop }
  }

  const progress = { state: 'waiting', message: 'training', since: '2026-01-01T00:00:00.000Z' } as const
  const change = (message: string) =>
    createLive(notices, prefix).setProgress({ experimentId: experiment.id, stage: 'split' }, 'split', {
      ...progress,
      message,
    })

  /** What a change and nine idle looks cost a process with so many viewers, each of whom sees the change. */
  const costOf = async (count: number) => {
    const { counted, reading, seen, until, look, stop } = openViewers(count)
    await until(() => seen.every(({ length }) => length === 1))
    await look(1)
    const before = { commands: counted.commands, loads: reading.loads }
    await change(`seen by ${count}`)
    await look(10)
    await until(() => seen.every(({ length }) => length === 3))
    await stop()
    for (const own of seen) expect(own.map(({ type }) => type)).toEqual(['snapshot', 'stage', 'cost'])
    return { commands: counted.commands - before.commands, loads: reading.loads - before.loads }
  }

  test('fifty who watch ask of Redis and the ledger what one asks', async () => {
    const one = await costOf(1)
    expect(one.commands).toBeGreaterThan(10)
    expect(await costOf(50)).toEqual(one)
  })

  test('who comes later gets a snapshot at once, who goes on where nothing happened gets nothing', async () => {
    const first = openViewers(1)
    await first.until(() => first.seen[0]?.length === 1)
    const newest = await createLive(notices, prefix).lastChange(experiment.id)
    const resumed = openViewers(1, newest)
    await resumed.look(2)
    expect(resumed.seen[0]).toEqual([])
    await change('after that')
    await resumed.look(1)
    await resumed.until(() => resumed.seen[0]?.length === 1)
    expect(resumed.seen[0]?.[0]?.type).toBe('snapshot')
    await Promise.all([first.stop(), resumed.stop()])
  })

  test('once the last has gone nobody looks any more', async () => {
    const { counted, reading, seen, until, stop } = openViewers(3)
    await until(() => seen.every(({ length }) => length === 1) && reading.rests === 1)
    const { commands } = counted
    await stop()
    expect(counted.commands).toBe(commands)
  })
})
