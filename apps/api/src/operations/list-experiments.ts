import { summarize } from '@assay/pipeline'
import type { Operation } from '../app.ts'
import { restView } from '../experiment-view.ts'
import { linkNext, readPage } from '../paging.ts'
import { experimentPageSchema, pageQuery } from '../schemas.ts'

export const listExperimentsOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments',
    {
      schema: {
        operationId: 'listExperiments',
        summary: 'List experiments, newest first',
        tags: ['experiments'],
        querystring: pageQuery,
        response: { 200: experimentPageSchema },
      },
    },
    async ({ query }, reply) => {
      const page = await readPage(query, context.ledger.listExperiments, (record) =>
        summarize(restView(context, record)),
      )
      return linkNext(reply, '/v1/experiments', query.limit, page).send(page)
    },
  )
}
