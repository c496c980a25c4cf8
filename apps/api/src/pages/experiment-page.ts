import { renderExperiment } from '@assay/web'
import { cancelExperiment } from '../cancel.ts'
import { liveView, requireExperiment } from '../experiment-view.ts'
import { experimentParams } from '../schemas.ts'
import { nowIso, type Page, sendPage } from './page.ts'

export const experimentPage: Page = (app, context) => {
  app.get('/experiments/:id', { schema: { hide: true, params: experimentParams } }, async (request, reply) => {
    const record = await requireExperiment(context, request.params.id)
    const experiment = await liveView(context, record, request.log)
    return sendPage(reply, renderExperiment({ experiment, now: nowIso() }))
  })
  app.post('/experiments/:id/cancel', { schema: { hide: true, params: experimentParams } }, async (request, reply) => {
    await cancelExperiment(context, request.params.id, request.log)
    return reply.redirect(`/experiments/${request.params.id}`, 303)
  })
}
