import { experimentPrefix } from '@assay/cloud'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireApproach, requireExperiment } from '../experiment-view.ts'
import { ProblemError } from '../problem-error.ts'
import { approachParams, logPageSchema, problemAnswerSchema } from '../schemas.ts'

const query = z.strictObject({
  /** A training job of this approach. (Default: the job of the newest attempt, of a tuning job its best trial) */
  job: z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'the name of a training job')
    .optional(),
  /** 1–1,000. (Default: 200) */
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
  cursor: z.string().min(1).max(2048).optional(),
})

export const readLogsOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/approaches/:approachId/logs',
    {
      schema: {
        operationId: 'readLogs',
        summary: 'Read the log of a training job, oldest line first',
        description:
          'nextCursor is null where the log ends for now; ask again with the last cursor for what came since.',
        tags: ['approaches'],
        params: approachParams,
        querystring: query,
        response: { 200: logPageSchema, 404: problemAnswerSchema, 503: problemAnswerSchema },
      },
    },
    async ({ params: { id, approachId }, query: { job, limit, cursor } }) => {
      const { train } = requireApproach(await requireExperiment(context, id), approachId)
      // Else any log of the account could be read through an experiment of one's own.
      if (job !== undefined && !job.startsWith(experimentPrefix(id)))
        throw new ProblemError('not-found', `experiment ${id} has no training job ${job}`)
      const { lines, nextToken } = await context.logs(id, approachId, job ?? train?.output?.best, {
        limit,
        ...(cursor === undefined ? {} : { nextToken: cursor }),
      })
      return { items: lines, nextCursor: nextToken }
    },
  )
}
