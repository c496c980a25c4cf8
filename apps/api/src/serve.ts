import type { AddressInfo } from 'node:net'
import { configOrExit } from '@assay/runtime'
import { createApp } from './create-app.ts'
import { openApiContext } from './open-context.ts'
import { readKeyHashes } from './read-key-hashes.ts'

const GRACE_MS = 15_000

/** Serves until SIGTERM or SIGINT. */
export const serve = async (): Promise<void> => {
  const config = configOrExit('api')
  const keyHashes = config.API_KEYS_FILE === undefined ? [] : await readKeyHashes(config.API_KEYS_FILE)
  const context = await openApiContext(config)
  const app = createApp(context, { keyHashes, log: context.log })
  await app.listen({ host: config.HOST, port: config.PORT })
  const { port } = app.server.address() as AddressInfo
  process.stdout.write(`api ready at http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}\n`)

  const stop = async () => {
    setTimeout(() => process.exit(0), GRACE_MS).unref()
    await app.close()
    await context.close()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}
