import { expect, test } from 'vitest'
import { connectPatient } from './connections.ts'
import { startMiddleman } from './testing/middleman.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']

test.skipIf(!url)('a connection that has fallen silent is made anew, and what waits on it is answered', async () => {
  const middleman = await startMiddleman(url ?? '')
  const redis = connectPatient(middleman.url, { deadAfterMs: 300 })
  try {
    expect(await redis.ping()).toBe('PONG')
    middleman.fallSilent()
    expect(await redis.echo('here')).toBe('here')
  } finally {
    redis.disconnect()
    middleman.close()
  }
})
