import { experimentSpecSchema } from '@assay/contracts'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireExperiment, restView } from '../experiment-view.ts'
import { linksOf } from '../links.ts'
import { nudge } from '../nudge.ts'
import { acceptedSchema, problemAnswerSchema } from '../schemas.ts'
import { submitExperiment } from '../submit.ts'

/** Loose, because what a header schema does not name is dropped from the request. */
const headers = z.looseObject({ 'idempotency-key': z.string().min(1).max(255).optional() })

export const submitExperimentOperation: Operation = (app, context) => {
  app.post(
    '/v1/experiments',
    {
      schema: {
        operationId: 'submitExperiment',
        summary: 'Submit an experiment',
        description:
          'Answers at once; the work follows. The same Idempotency-Key and body again answer the first id with `Idempotency-Replayed: true`.',
        tags: ['experiments'],
        headers,
        body: experimentSpecSchema,
        response: { 202: acceptedSchema, 409: problemAnswerSchema, 422: problemAnswerSchema, 503: problemAnswerSchema },
      },
    },
    async (request, reply) => {
      const { id, replayed } = await submitExperiment(context, request.body, {
        idempotencyKey: request.headers['idempotency-key'],
        keyOwner: request.keyOwner,
      })
      nudge(request.log, 'advance', context.advance(id))
      const links = linksOf(id)
      reply.code(202).header('location', links.self)
      if (!replayed) return reply.send({ id, state: 'running', links })
      const { state } = restView(context, await requireExperiment(context, id))
      return reply.header('idempotency-replayed', 'true').send({ id, state, links })
    },
  )
}
