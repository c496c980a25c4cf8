import { z } from 'zod'
import type { Operation } from '../app.ts'
import { approachParams, noBody, problemAnswerSchema } from '../schemas.ts'
import { stopTuning } from '../stop-tuning.ts'

export const stopTuningOperation: Operation = (app, context) => {
  app.post(
    '/v1/experiments/:id/approaches/:approachId/stop-tuning',
    {
      schema: {
        operationId: 'stopTuning',
        summary: 'End an approach’s tuning early and go on with its best trial so far',
        description:
          'Trials that run are stopped; the approach is then deployed and evaluated as if these had been all. It fails where no trial has ended with a model yet. The experiment goes on.',
        tags: ['approaches'],
        params: approachParams,
        body: noBody,
        response: {
          202: z.object({ attempt: z.int() }),
          404: problemAnswerSchema,
          409: problemAnswerSchema,
        },
      },
    },
    async ({ params, log }, reply) => reply.code(202).send({ attempt: await stopTuning(context, params, log) }),
  )
}
