import type { Operation } from '../app.ts'
import { liveView, requireApproach, requireExperiment } from '../experiment-view.ts'
import { ProblemError } from '../problem-error.ts'
import { approachDetailSchema, approachParams, problemAnswerSchema } from '../schemas.ts'

export const readApproachOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/approaches/:approachId',
    {
      schema: {
        operationId: 'readApproach',
        summary: 'Read an approach: its stages, and the trials behind its model and bill',
        tags: ['approaches'],
        params: approachParams,
        response: { 200: approachDetailSchema, 404: problemAnswerSchema },
      },
    },
    async ({ params: { id, approachId }, log }) => {
      const record = await requireExperiment(context, id)
      const { train } = requireApproach(record, approachId)
      const { approaches } = await liveView(context, record, log)
      const view = approaches.find((approach) => approach.id === approachId)
      if (!view) throw new ProblemError('internal', `approach ${approachId} is in the record, but not in its view`)
      const self = `/v1/experiments/${id}/approaches/${approachId}`
      const { jobName, best, objective, actual, trials = [] } = train?.output ?? {}
      return {
        ...view,
        experimentId: id,
        jobName,
        best,
        objective,
        actual,
        trials,
        links: { self, metrics: `${self}/metrics`, predictions: `${self}/predictions`, logs: `${self}/logs` },
      }
    },
  )
}
