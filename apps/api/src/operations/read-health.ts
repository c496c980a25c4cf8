import { z } from 'zod'
import type { Operation } from '../app.ts'

export const readHealthOperation: Operation = (app) => {
  app.get(
    '/healthz',
    {
      config: { public: true },
      schema: {
        operationId: 'readHealth',
        summary: 'Whether the process turns its event loop, and nothing else',
        tags: ['operation'],
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    () => ({ status: 'ok' as const }),
  )
}
