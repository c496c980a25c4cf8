import { datasetViewSchema, registerDatasetSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { datasetView } from '../dataset-view.ts'
import { registerDataset } from '../register.ts'
import { problemAnswerSchema } from '../schemas.ts'

export const registerDatasetOperation: Operation = (app, context) => {
  app.post(
    '/v1/datasets',
    {
      schema: {
        operationId: 'registerDataset',
        summary: 'Register a data set: an allowed S3 prefix, or an upload to come',
        tags: ['data sets'],
        body: registerDatasetSchema,
        response: { 201: datasetViewSchema, 422: problemAnswerSchema, 503: problemAnswerSchema },
      },
    },
    async ({ body, log }, reply) => {
      const record = await registerDataset(context, body, log)
      return reply
        .code(201)
        .header('location', `/v1/datasets/${record.id}`)
        .send(datasetView({ record, complete: !record.upload }))
    },
  )
}
