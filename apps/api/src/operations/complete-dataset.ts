import { datasetViewSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { datasetView, requireDataset } from '../dataset-view.ts'
import { nudge } from '../nudge.ts'
import { datasetParams, noBody, problemAnswerSchema } from '../schemas.ts'
import { requireReady } from '../submit.ts'

export const completeDatasetOperation: Operation = (app, context) => {
  app.post(
    '/v1/datasets/:id/complete',
    {
      schema: {
        operationId: 'completeDataset',
        summary: 'Say that all files are uploaded, so that the check begins',
        description: '202 while the check is to come, however often asked; 200 and unchanged once it has ended.',
        tags: ['data sets'],
        params: datasetParams,
        body: noBody,
        response: {
          200: datasetViewSchema,
          202: datasetViewSchema,
          404: problemAnswerSchema,
          503: problemAnswerSchema,
        },
      },
    },
    async ({ params, log }, reply) => {
      const entry = await requireDataset(context, params.id)
      if (entry.check) return reply.code(200).send(datasetView(entry))
      await requireReady(context)
      await context.ledger.completeDataset(params.id)
      nudge(log, 'checkDataset', context.checkDataset(params.id))
      return reply.code(202).send(datasetView({ ...entry, complete: true }))
    },
  )
}
