import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireApproach, requireExperiment } from '../experiment-view.ts'
import { nudge } from '../nudge.ts'
import { ProblemError } from '../problem-error.ts'
import { approachParams, noBody, problemAnswerSchema } from '../schemas.ts'

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
    async ({ params: { id, approachId }, log }, reply) => {
      const experiment = await requireExperiment(context, id)
      const { spec, attempt, train, intents } = requireApproach(experiment, approachId)
      const started = intents.some(({ kind }) => kind === 'tuning-job')
      if (!spec.tuning || train || !started)
        throw new ProblemError(
          'not-tuning',
          `approach ${approachId} ${spec.tuning ? (train ? 'has ended its tuning' : 'has not begun its tuning') : 'is not tuned'}`,
        )
      await context.ledger.requestTuningStop(id, approachId, attempt)
      nudge(log, 'wake', context.wake({ experimentId: id, approachId, attempt, stage: 'tune' }))
      return reply.code(202).send({ attempt })
    },
  )
}
