import { renderExperiment, trialsId } from '@assay/web'
import { tunedDetails } from '../approach-detail.ts'
import { cancelExperiment } from '../cancel.ts'
import { liveView, requireExperiment } from '../experiment-view.ts'
import { approachParams, experimentParams } from '../schemas.ts'
import { stopTuning } from '../stop-tuning.ts'
import { nowIso, type Page, sendPage } from './page.ts'

export const experimentPage: Page = (app, context) => {
  app.get('/experiments/:id', { schema: { hide: true, params: experimentParams } }, async (request, reply) => {
    const record = await requireExperiment(context, request.params.id)
    const experiment = await liveView(context, record, request.log)
    const tunings = await tunedDetails(context, record, experiment, request.log)
    return sendPage(reply, renderExperiment({ experiment, tunings, now: nowIso() }))
  })
  app.post('/experiments/:id/cancel', { schema: { hide: true, params: experimentParams } }, async (request, reply) => {
    await cancelExperiment(context, request.params.id, request.log)
    return reply.redirect(`/experiments/${request.params.id}`, 303)
  })
  app.post(
    '/experiments/:id/approaches/:approachId/stop-tuning',
    { schema: { hide: true, params: approachParams } },
    async ({ params, log }, reply) => {
      await stopTuning(context, params, log)
      return reply.redirect(`/experiments/${params.id}#${trialsId({ id: params.approachId })}`, 303)
    },
  )
}
