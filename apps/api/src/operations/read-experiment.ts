import { experimentViewSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { liveView, requireExperiment } from '../experiment-view.ts'
import { experimentParams, problemAnswerSchema } from '../schemas.ts'

export const readExperimentOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id',
    {
      schema: {
        operationId: 'readExperiment',
        summary: 'Read an experiment: its approaches, stages, reasons and ages of waits',
        tags: ['experiments'],
        params: experimentParams,
        response: { 200: experimentViewSchema, 404: problemAnswerSchema },
      },
    },
    async ({ params, log }) => liveView(context, await requireExperiment(context, params.id), log),
  )
}
