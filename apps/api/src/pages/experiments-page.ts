import { summarize } from '@assay/pipeline'
import { renderExperiments } from '@assay/web'
import { restView } from '../experiment-view.ts'
import { readPage } from '../paging.ts'
import { pageQuery } from '../schemas.ts'
import { nowIso, type Page, sendPage } from './page.ts'

export const experimentsPage: Page = (app, context) => {
  app.get('/', { schema: { hide: true, querystring: pageQuery } }, async ({ query }, reply) => {
    const { items, nextCursor } = await readPage(query, context.ledger.listExperiments, (record) =>
      summarize(restView(context, record)),
    )
    return sendPage(
      reply,
      renderExperiments({ environment: context.environment, experiments: items, nextCursor, now: nowIso() }),
    )
  })
}
