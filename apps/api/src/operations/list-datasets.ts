import type { Operation } from '../app.ts'
import { datasetView } from '../dataset-view.ts'
import { linkNext, readPage } from '../paging.ts'
import { datasetPageSchema, pageQuery } from '../schemas.ts'

export const listDatasetsOperation: Operation = (app, { ledger }) => {
  app.get(
    '/v1/datasets',
    {
      schema: {
        operationId: 'listDatasets',
        summary: 'List data sets, newest first',
        tags: ['data sets'],
        querystring: pageQuery,
        response: { 200: datasetPageSchema },
      },
    },
    async ({ query }, reply) => {
      const page = await readPage(query, ledger.listDatasets, datasetView)
      return linkNext(reply, '/v1/datasets', query.limit, page).send(page)
    },
  )
}
