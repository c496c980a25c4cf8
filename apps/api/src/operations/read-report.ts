import { reportSchema } from '@assay/contracts'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireExperiment, restView } from '../experiment-view.ts'
import { preferredType } from '../preferred-type.ts'
import { ProblemError } from '../problem-error.ts'
import { findReportFile, readReportJson, reportHeaders, requireReport } from '../report.ts'
import { experimentParams, problemAnswerSchema } from '../schemas.ts'
import { sendBytes } from '../send-bytes.ts'

const types = { json: 'application/json', html: 'text/html', md: 'text/markdown' } as const
const query = z.strictObject({ format: z.enum(['json', 'html', 'md']).optional() })

export const readReportOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/report',
    {
      schema: {
        operationId: 'readReport',
        summary: 'Read the report: JSON, one self-contained HTML file, or Markdown where it was written',
        description:
          'By Accept, or by `format` where that is given. `cleanup` is null until the cloud was listed after teardown.',
        tags: ['experiments'],
        params: experimentParams,
        querystring: query,
        response: {
          200: {
            description: 'The report',
            content: { 'application/json': { schema: reportSchema }, 'text/html': { schema: z.string() } },
          },
          404: problemAnswerSchema,
          406: problemAnswerSchema,
          409: problemAnswerSchema,
        },
      },
    },
    async ({ params, query, headers }, reply) => {
      const format = query.format ?? preferredType(headers.accept, types)
      const record = await requireExperiment(context, params.id)
      const report = requireReport(record, restView(context, record))
      reply.header('vary', 'accept')
      if (format === 'json')
        return sendBytes(reply, 'application/json; charset=utf-8', await readReportJson(context, record, report))
      if (format === 'html')
        return sendBytes(
          reply.headers(reportHeaders),
          'text/html; charset=utf-8',
          await context.objects.get(report.html),
        )
      const markdown = format === 'md' ? findReportFile(report, 'report.md') : undefined
      if (!markdown)
        throw new ProblemError('not-acceptable', `${query.format ?? headers.accept} met; JSON and HTML can be had`)
      return sendBytes(reply, 'text/markdown; charset=utf-8', await context.objects.get(markdown))
    },
  )
}
