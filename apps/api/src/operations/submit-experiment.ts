import { experimentSpecSchema, planSchema } from '@assay/contracts'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireExperiment, restView } from '../experiment-view.ts'
import { linksOf } from '../links.ts'
import { nudge } from '../nudge.ts'
import { acceptedSchema, problemAnswerSchema } from '../schemas.ts'
import { planSubmission, submitExperiment } from '../submit.ts'

/** Loose, because what a header schema does not name is dropped from the request. */
const headers = z.looseObject({ 'idempotency-key': z.string().min(1).max(255).optional() })

const flag = z.enum(['true', 'false']).optional()
const query = z.strictObject({ validateOnly: flag, bodies: flag })

export const submitExperimentOperation: Operation = (app, context) => {
  app.post(
    '/v1/experiments',
    {
      schema: {
        operationId: 'submitExperiment',
        summary: 'Submit an experiment, or see what it would do and cost',
        description:
          'Answers at once; the work follows. The same Idempotency-Key and body again answer the first id with `Idempotency-Replayed: true`. With `validateOnly=true` nothing is changed and the plan is answered; `bodies=true` adds every request that would create something.',
        tags: ['experiments'],
        headers,
        querystring: query,
        body: experimentSpecSchema,
        response: {
          200: planSchema,
          202: acceptedSchema,
          409: problemAnswerSchema,
          422: problemAnswerSchema,
          503: problemAnswerSchema,
        },
      },
    },
    async (request, reply) => {
      const key = { idempotencyKey: request.headers['idempotency-key'], keyOwner: request.keyOwner }
      const { validateOnly, bodies } = request.query
      if (validateOnly === 'true')
        return reply.send(await planSubmission(context, request.body, { ...key, bodies: bodies === 'true' }))
      const { id, replayed } = await submitExperiment(context, request.body, key)
      nudge(request.log, 'advance', context.advance(id))
      const links = linksOf(id)
      reply.code(202).header('location', links.self)
      if (!replayed) return reply.send({ id, state: 'running', links })
      const { state } = restView(context, await requireExperiment(context, id))
      return reply.header('idempotency-replayed', 'true').send({ id, state, links })
    },
  )
}
