import { cleanupSchema } from '@assay/contracts'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { problemAnswerSchema } from '../schemas.ts'

export const cleanUpOperation: Operation = (app, context) => {
  app.post(
    '/v1/cleanup',
    {
      schema: {
        operationId: 'cleanUp',
        summary: 'Remove from the cloud what no experiment needs any more, or only find it',
        description:
          'What the janitor does every few minutes. Touches only what carries a name and the tags that this installation gives, and whose attempt or experiment is over.',
        tags: ['operation'],
        body: z.strictObject({ dryRun: z.boolean() }),
        response: { 200: cleanupSchema, 503: problemAnswerSchema },
      },
    },
    async ({ body }) => context.cleanUp(body.dryRun),
  )
}
