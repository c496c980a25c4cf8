import { z } from 'zod'
import type { Operation } from '../app.ts'
import { liveView, requireApproach, requireExperiment } from '../experiment-view.ts'
import { nudge } from '../nudge.ts'
import { ProblemError } from '../problem-error.ts'
import { approachParams, noBody, problemAnswerSchema } from '../schemas.ts'
import { requireReady } from '../submit.ts'

export const retryApproachOperation: Operation = (app, context) => {
  app.post(
    '/v1/experiments/:id/approaches/:approachId/retry',
    {
      schema: {
        operationId: 'retryApproach',
        summary: 'Begin a new attempt of an approach that failed',
        description:
          'Finished training is kept. An experiment that has ended is opened again. With a budget, what is spent and the worst case of the new attempt must fit into it.',
        tags: ['approaches'],
        params: approachParams,
        body: noBody,
        response: {
          202: z.object({ attempt: z.int() }),
          404: problemAnswerSchema,
          409: problemAnswerSchema,
          422: problemAnswerSchema,
          503: problemAnswerSchema,
        },
      },
    },
    async ({ params: { id, approachId }, log }, reply) => {
      const record = await requireExperiment(context, id)
      requireApproach(record, approachId)
      await requireReady(context)
      const attempt = await context.ledger.requestRetry(record, approachId, async (current) => {
        const { approaches, state: experimentState } = await liveView(context, current, log)
        const state = approaches.find((approach) => approach.id === approachId)?.state
        if (state !== 'failed' || experimentState === 'canceling' || experimentState === 'canceled')
          throw new ProblemError(
            'not-failed',
            `approach ${approachId} is ${state} in an experiment that is ${experimentState}`,
            { members: { state } },
          )
        const tooDear = await context.checkRetryBudget(current, approachId)
        if (tooDear !== undefined) throw new ProblemError('budget-exceeded', tooDear)
      })
      nudge(log, 'advance', context.advance(id))
      return reply.code(202).send({ attempt })
    },
  )
}
