import type { Operation } from '../app.ts'
import { requireApproach, requireExperiment } from '../experiment-view.ts'
import { approachParams, metricsSchema, problemAnswerSchema } from '../schemas.ts'

export const readMetricsOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/approaches/:approachId/metrics',
    {
      schema: {
        operationId: 'readMetrics',
        summary: 'Read the training curves of the trial whose model is used',
        description: 'Empty until training has ended.',
        tags: ['approaches'],
        params: approachParams,
        response: { 200: metricsSchema, 404: problemAnswerSchema },
      },
    },
    async ({ params: { id, approachId } }) => {
      const { train } = requireApproach(await requireExperiment(context, id), approachId)
      return { approachId, trial: train?.output?.best ?? null, curves: train?.output?.curves ?? [] }
    },
  )
}
