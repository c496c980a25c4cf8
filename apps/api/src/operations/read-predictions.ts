import type { Operation } from '../app.ts'
import { requireApproach, requireExperiment, restView } from '../experiment-view.ts'
import { ProblemError } from '../problem-error.ts'
import { sendBytes } from '../send-bytes.ts'
import { approachParams, predictionsSchema, problemAnswerSchema } from '../schemas.ts'

export const readPredictionsOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/approaches/:approachId/predictions',
    {
      schema: {
        operationId: 'readPredictions',
        summary: 'Read the predictions on all test images as COCO results',
        tags: ['approaches'],
        params: approachParams,
        response: { 200: predictionsSchema, 404: problemAnswerSchema, 409: problemAnswerSchema },
      },
    },
    async ({ params: { id, approachId } }, reply) => {
      const record = await requireExperiment(context, id)
      const { evaluate } = requireApproach(record, approachId)
      if (!evaluate?.output) {
        const state = restView(context, record).approaches.find((approach) => approach.id === approachId)?.state
        throw new ProblemError('not-finished', `approach ${approachId} is ${state} and was not evaluated`, {
          members: { state },
        })
      }
      // As bytes: some megabytes, whose hash was checked when they were read.
      const bytes = await context.objects.get(evaluate.output.predictions)
      return sendBytes(reply, 'application/json; charset=utf-8', bytes)
    },
  )
}
