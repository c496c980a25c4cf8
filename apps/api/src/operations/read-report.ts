import { reportSchema } from '@assay/contracts'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import { requireExperiment, restView } from '../experiment-view.ts'
import { preferredType } from '../preferred-type.ts'
import { ProblemError } from '../problem-error.ts'
import { renderReport, reportHeaders, reportTypes, requireReport } from '../report.ts'
import { experimentParams, problemAnswerSchema } from '../schemas.ts'
import { sendBytes } from '../send-bytes.ts'

const query = z.strictObject({ format: z.enum(['json', 'html', 'md', 'csv']).optional() })

export const readReportOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/report',
    {
      schema: {
        operationId: 'readReport',
        summary: 'Read the report: JSON, one self-contained HTML file, Markdown or CSV',
        description:
          'By Accept, or by `format` where that is given. `cleanup` is null, and the last endpoints have no dollars, until the cloud was listed after teardown.',
        tags: ['experiments'],
        params: experimentParams,
        querystring: query,
        response: {
          200: {
            description: 'The report',
            content: {
              'application/json': { schema: reportSchema },
              'text/html': { schema: z.string() },
              'text/markdown': { schema: z.string() },
              'text/csv': { schema: z.string() },
            },
          },
          404: problemAnswerSchema,
          406: problemAnswerSchema,
          409: problemAnswerSchema,
        },
      },
    },
    async ({ params, query, headers }, reply) => {
      const format = query.format ?? preferredType(headers.accept, reportTypes)
      const record = await requireExperiment(context, params.id)
      const output = requireReport(record, restView(context, record))
      reply.header('vary', 'accept')
      if (!format)
        throw new ProblemError('not-acceptable', `${headers.accept} met; JSON, HTML, Markdown and CSV can be had`)
      if (format === 'html') reply.headers(reportHeaders)
      const text = await renderReport(context, record, output, format)
      return sendBytes(reply, `${reportTypes[format]}; charset=utf-8`, Buffer.from(text))
    },
  )
}
