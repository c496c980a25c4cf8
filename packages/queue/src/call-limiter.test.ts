import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test } from 'vitest'
import { createCallLimiter } from './call-limiter.ts'
import { connectPatient } from './connections.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']
const connections: Redis[] = []
afterEach(() => connections.splice(0).forEach((redis) => redis.disconnect()))

const connect = (to: string) => {
  const redis = connectPatient(to)
  connections.push(redis)
  return redis
}
/** So slow that no test lives to see a second token. */
const perSecond = () => 0.0001
const admitted = async (calls: Promise<void>[]) =>
  (await Promise.allSettled(calls)).filter(({ status }) => status === 'fulfilled').length

describe.skipIf(!url)('the call limiter on a real Redis (ASSAY_TEST_REDIS_URL; npm test starts one)', () => {
  const limiter = (prefix: string) =>
    createCallLimiter({ redis: connect(url ?? ''), prefix, perSecond, longestWaitMs: 0 })

  test('two processes share one bucket', async () => {
    const prefix = `test-${randomUUID()}`
    const takes = [limiter(prefix), limiter(prefix)]
    expect(await admitted(takes.flatMap((take) => Array.from({ length: 20 }, () => take('ListTrainingJobs'))))).toBe(1)
  })

  test('each action has a bucket of its own', async () => {
    const take = limiter(`test-${randomUUID()}`)
    expect(await admitted(['ListEndpoints', 'ListModels', 'ListModels'].map((action) => take(action)))).toBe(2)
  })

  test('as many calls as a second allows may be made at once', async () => {
    const redis = connect(url ?? '')
    const take = createCallLimiter({ redis, prefix: `test-${randomUUID()}`, perSecond: () => 50, longestWaitMs: 0 })
    expect(await admitted(Array.from({ length: 50 }, () => take('DescribeEndpoint')))).toBe(50)
  })

  test('a call that would wait too long is refused as the cloud would throttle it', async () => {
    const take = limiter(`test-${randomUUID()}`)
    await take('ListModels')
    await expect(take('ListModels')).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: expect.stringContaining('ListModels') as string,
    })
  })
})

test('while Redis does not answer, a process limits itself', async () => {
  const take = createCallLimiter({
    redis: connect('redis://127.0.0.1:1'),
    prefix: 'test',
    perSecond,
    longestWaitMs: 0,
  })
  expect(await admitted([take('ListModels'), take('ListModels'), take('ListEndpoints')])).toBe(2)
})
