import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ApiContext } from './context.ts'

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** Adds one route. */
export type Operation = (app: App, context: ApiContext) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Served without a key. */
    public?: boolean
  }
  interface FastifyInstance {
    /** Aborted when the process stops: streams end, readiness says so. */
    stopping: AbortSignal
    heartbeatMs: number
  }
  interface FastifyRequest {
    /** Whose key it is: the first half of the key's hash; none where no keys are configured. */
    keyOwner: string | undefined
  }
}
