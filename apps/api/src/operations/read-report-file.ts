import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireExperiment, restView } from '../experiment-view.ts'
import { ProblemError } from '../problem-error.ts'
import { findReportFile, reportHeaders, requireReport } from '../report.ts'
import { experimentParams, problemAnswerSchema } from '../schemas.ts'
import { sendBytes } from '../send-bytes.ts'

const params = experimentParams.extend({ '*': z.string().min(1).max(512) })

const typeOf = (path: string) => {
  if (path.endsWith('.json')) return 'application/json; charset=utf-8'
  if (path.endsWith('.html')) return 'text/html; charset=utf-8'
  return path.endsWith('.csv') || path.endsWith('.md') ? 'text/plain; charset=utf-8' : 'application/octet-stream'
}

export const readReportFileOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/report/files/*',
    {
      schema: {
        operationId: 'readReportFile',
        summary: 'Read one of the files behind the report, by its path there',
        tags: ['experiments'],
        params,
        response: {
          200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
          404: problemAnswerSchema,
          409: problemAnswerSchema,
        },
      },
    },
    async ({ params: { id, '*': path } }, reply) => {
      const record = await requireExperiment(context, id)
      const report = requireReport(record, restView(context, record))
      // Looked up in the report's own list: a path of the user's is never one of the store's.
      const object = findReportFile(report, path)
      if (!object) throw new ProblemError('not-found', `the report of ${id} has no file ${path}`)
      return sendBytes(reply.headers(reportHeaders), typeOf(path), await context.objects.get(object))
    },
  )
}
