// A Redis in JavaScript for machines where no Redis can be had: slow, and everything is in memory.
import { createRedisMock } from 'js-redis-server'

const server = await createRedisMock({ port: Number(process.argv[2] ?? 0) })
console.log(`Ready to accept connections, port=${server.port}`)
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    void server.close().then(() => process.exit(0))
  })
