import { z } from 'zod'
import type { Operation } from '../app.ts'
import { unavailable } from '../map-error.ts'
import { problemAnswerSchema } from '../schemas.ts'

export const readReadinessOperation: Operation = (app, context) => {
  app.get(
    '/readyz',
    {
      config: { public: true },
      schema: {
        operationId: 'readReadiness',
        summary: 'Whether work can be accepted: Redis and the ledger answer, and the process is not stopping',
        tags: ['operation'],
        response: {
          200: z.object({ status: z.literal('ok'), redis: z.boolean(), ledger: z.boolean() }),
          503: problemAnswerSchema,
        },
      },
    },
    async () => {
      if (app.stopping.aborted) throw unavailable('the process is stopping')
      const { redis, ledger } = await context.ready()
      const away = [redis ? '' : 'Redis', ledger ? '' : 'the ledger'].filter(Boolean)
      if (away.length > 0) throw unavailable(`${away.join(' and ')} did not answer`, { redis, ledger })
      return { status: 'ok' as const, redis, ledger }
    },
  )
}
