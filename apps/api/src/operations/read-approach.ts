import { approachDetailSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { approachDetail } from '../approach-detail.ts'
import { approachParams, problemAnswerSchema } from '../schemas.ts'

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
    ({ params: { id, approachId }, log }) => approachDetail(context, { id, approachId, log }),
  )
}
