import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { connectPatient } from './connections.ts'

const url = process.env['ASSAY_TEST_REDIS_URL']

/** Stands between a client and Redis and can fall silent on the connections it has, as a firewall does that forgot them. */
const startMiddleman = async (redisUrl: string) => {
  const { hostname, port } = new URL(redisUrl)
  const open: Socket[] = []
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname)
    client.pipe(redis).pipe(client)
    open.push(client, redis)
    for (const socket of [client, redis]) socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fallSilent: () => {
      for (const socket of open) socket.unpipe().pause()
    },
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

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
