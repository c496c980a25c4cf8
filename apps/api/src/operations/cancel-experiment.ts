import { experimentViewSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { cancelExperiment } from '../cancel.ts'
import { experimentParams, noBody, problemAnswerSchema } from '../schemas.ts'

export const cancelExperimentOperation: Operation = (app, context) => {
  app.post(
    '/v1/experiments/:id/cancel',
    {
      schema: {
        operationId: 'cancelExperiment',
        summary: 'Cancel an experiment',
        description:
          '202 while it is being stopped and torn down, however often asked; 200 and unchanged once it has ended.',
        tags: ['experiments'],
        params: experimentParams,
        body: noBody,
        response: { 200: experimentViewSchema, 202: experimentViewSchema, 404: problemAnswerSchema },
      },
    },
    async ({ params, log }, reply) => {
      const { view, ended } = await cancelExperiment(context, params.id, log)
      return reply.code(ended ? 200 : 202).send(view)
    },
  )
}
