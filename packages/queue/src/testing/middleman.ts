import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a client and Redis and can fall silent on connections that it has, as a firewall does that forgot them. */
export const startMiddleman = async (redisUrl: string) => {
  const { hostname, port } = new URL(redisUrl)
  const pairs: { sockets: readonly Socket[]; said: string }[] = []
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname)
    const pair = { sockets: [client, redis], said: '' }
    pairs.push(pair)
    client.on('data', (bytes) => {
      pair.said += bytes.toString('latin1').toLowerCase()
    })
    client.pipe(redis).pipe(client)
    for (const socket of pair.sockets) socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Whether a command was given on some connection. */
    heard: (command: string) => pairs.some(({ said }) => said.includes(command)),
    /** On all connections, or on those on which a command was given. Neither end is told. */
    fallSilent: (command = '') => {
      for (const { sockets, said } of pairs)
        if (said.includes(command)) for (const socket of sockets) socket.unpipe().pause()
    },
    close: () => {
      for (const socket of pairs.flatMap(({ sockets }) => sockets)) socket.destroy()
      server.close()
    },
  }
}
