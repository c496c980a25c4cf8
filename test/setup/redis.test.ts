import { javascriptRedis, makeRunFolder, prepareRedis, startKeeper, startRedis } from '@assay/dev'
import { assertNoEviction } from '@assay/queue'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'

const noLog = () => {}
type Program = Awaited<ReturnType<typeof prepareRedis>>

/** Starts it, uses it as BullMQ does (Lua with cmsgpack), stops it. */
const tryOut = async (program: Program) => {
  const keeper = startKeeper()
  const { process, url } = await startRedis(program, makeRunFolder('test'), keeper)
  const redis = new Redis(url)
  try {
    return {
      unpacked: await redis.eval('return cmsgpack.unpack(cmsgpack.pack(ARGV[1]))', 0, 'packed'),
      policy: (await redis.config('GET', 'maxmemory-policy'))[1],
    }
  } finally {
    redis.disconnect()
    await process.stop()
    keeper.stop()
  }
}

test('the Redis that is found works', async () => {
  expect(await tryOut(await prepareRedis(noLog))).toEqual({ unpacked: 'packed', policy: 'noeviction' })
})

test('a machine without a Redis on its PATH gets one that works', async () => {
  const program = await prepareRedis(noLog, '')
  expect(program.title).toMatch(/unpacked into \.assay\/tools|slow, in memory/)
  expect(await tryOut(program)).toEqual({ unpacked: 'packed', policy: 'noeviction' })
})

test('the JavaScript fall-back works and says what it is', async () => {
  expect(javascriptRedis().title).toContain('slow, in memory')
  expect(await tryOut(javascriptRedis())).toEqual({ unpacked: 'packed', policy: 'noeviction' })
})

test('a Redis that evicts keys is refused, also where CONFIG is forbidden', async () => {
  const keeper = startKeeper()
  const { process, url } = await startRedis(await prepareRedis(noLog), makeRunFolder('test'), keeper)
  const redis = new Redis(url)
  try {
    await assertNoEviction(redis)
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
    await expect(assertNoEviction(redis)).rejects.toThrow('maxmemory-policy allkeys-lru; noeviction is needed')
    await redis.call('ACL', 'SETUSER', 'default', '-config')
    await expect(redis.config('GET', 'maxmemory-policy')).rejects.toThrow('no permissions')
    await expect(assertNoEviction(redis)).rejects.toThrow('maxmemory-policy allkeys-lru; noeviction is needed')
  } finally {
    redis.disconnect()
    await process.stop()
    keeper.stop()
  }
})
