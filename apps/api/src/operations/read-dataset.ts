import { datasetViewSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { datasetView, requireDataset } from '../dataset-view.ts'
import { datasetParams, problemAnswerSchema } from '../schemas.ts'

export const readDatasetOperation: Operation = (app, context) => {
  app.get(
    '/v1/datasets/:id',
    {
      schema: {
        operationId: 'readDataset',
        summary: 'Read a data set: its state, and the counts, fingerprint and faults that its check found',
        tags: ['data sets'],
        params: datasetParams,
        response: { 200: datasetViewSchema, 404: problemAnswerSchema },
      },
    },
    async ({ params }) => datasetView(await requireDataset(context, params.id)),
  )
}
