import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectPatient } from './connections.ts'
import { createLease } from './lease.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']

describe.skipIf(!url)('a lease on a real Redis (ASSAY_TEST_REDIS_URL; npm test starts one)', () => {
  let redis: Redis
  const prefix = `test-${randomUUID()}`
  beforeEach(() => {
    redis = connectPatient(url ?? '')
  })
  afterEach(() => redis.disconnect())

  test('one of two holds it, may renew it, and gives it to the other by releasing it', async () => {
    const [one, two] = [createLease(redis, prefix, 'a'), createLease(redis, prefix, 'a')]
    expect([await one.hold(60_000), await two.hold(60_000), await one.hold(60_000)]).toEqual([true, false, true])
    await two.release()
    expect(await two.hold(60_000)).toBe(false)
    await one.release()
    expect(await two.hold(60_000)).toBe(true)
  })

  test('one that is not renewed falls to the next who asks', async () => {
    const [one, two] = [createLease(redis, prefix, 'b'), createLease(redis, prefix, 'b')]
    expect(await one.hold(1)).toBe(true)
    while (!(await two.hold(60_000))) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(await one.hold(60_000)).toBe(false)
  })
})
