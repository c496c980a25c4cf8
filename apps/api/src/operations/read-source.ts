import { sourceViewSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { problemAnswerSchema, sourceParams } from '../schemas.ts'

export const readSourceOperation: Operation = (app, { sources }) => {
  app.get(
    '/v1/sources/:sha256',
    {
      schema: {
        operationId: 'readSource',
        summary: 'Where a packed source folder lies, or would lie, and whether it was stored',
        description: 'A plan takes the address before the source is stored; a submission does not.',
        tags: ['sources'],
        params: sourceParams,
        response: { 200: sourceViewSchema, 404: problemAnswerSchema, 503: problemAnswerSchema },
      },
    },
    async ({ params: { sha256 } }) => ({ sha256, uri: sources.uriOf(sha256), stored: await sources.isStored(sha256) }),
  )
}
