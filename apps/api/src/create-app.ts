import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import type { App } from './app.ts'
import type { ApiContext } from './context.ts'
import { validatorCompiler } from './invalid-parts.ts'
import { operations } from './operations.ts'
import { addBoard } from './plugins/board.ts'
import { addDocs } from './plugins/docs.ts'
import { addGuard } from './plugins/guard.ts'
import { addPages } from './plugins/pages.ts'
import { addProblems, answerClientError, sendProblem } from './plugins/problems.ts'

export interface AppOptions {
  /** SHA-256 (hex) of each API key. (Default: none, which serves loopback host names only) */
  keyHashes?: readonly string[]
  /** (Default: silent) */
  log?: FastifyBaseLogger
  /** Longest silence of an event stream. (Default: 15,000) */
  heartbeatMs?: number
  /** How long requests may still run when the app closes. (Default: 3,000) */
  closeGraceMs?: number
}

const mebibyte = 1_048_576

/** The whole HTTP side, not listening. */
export const createApp = (
  context: ApiContext,
  { keyHashes = [], log, heartbeatMs = 15_000, closeGraceMs = 3_000 }: AppOptions = {},
): App => {
  const stop = new AbortController()
  const app: App = Fastify({
    ...(log ? { loggerInstance: log } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: mebibyte,
    requestTimeout: 30_000,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    frameworkErrors: sendProblem,
    clientErrorHandler: answerClientError,
  })
  app.decorate('stopping', stop.signal)
  app.decorate('heartbeatMs', heartbeatMs)
  app.addHook('preClose', async () => {
    stop.abort()
    // Browsers open connections in advance; one without a request counts as busy and would be waited for.
    setTimeout(() => app.server.closeAllConnections(), closeGraceMs).unref()
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeContentTypeParser('text/plain')
  addGuard(app, { keyHashes })
  addProblems(app)
  addDocs(app)
  // In a plugin, so that the documentation's hook has seen no route before it is there.
  void app.register(async (scope: App) => {
    for (const operation of operations) operation(scope, context)
  })
  addPages(app, context)
  addBoard(app, context.queues)
  return app
}
