import { requestUploadsSchema, uploadUrlsSchema } from '@assay/contracts'
import type { Operation } from '../app.ts'
import { requireDataset } from '../dataset-view.ts'
import { ProblemError } from '../problem-error.ts'
import { datasetParams, problemAnswerSchema } from '../schemas.ts'
import { expiryOf, pathFaults } from '../uploads.ts'

export const requestUploadsOperation: Operation = (app, context) => {
  app.post(
    '/v1/datasets/:id/uploads',
    {
      schema: {
        operationId: 'requestUploads',
        summary: 'Get presigned PUT URLs for local files, at most 1,000 a call',
        description: 'PUT each file with exactly the stated number of bytes, then complete the data set.',
        tags: ['data sets'],
        params: datasetParams,
        body: requestUploadsSchema,
        response: {
          200: uploadUrlsSchema,
          404: problemAnswerSchema,
          409: problemAnswerSchema,
          422: problemAnswerSchema,
        },
      },
    },
    async ({ params, body }) => {
      const { record, check, complete } = await requireDataset(context, params.id)
      if (!record.upload)
        throw new ProblemError('upload-closed', `data set ${record.id} was registered from ${record.location}`)
      if (complete)
        throw new ProblemError('upload-closed', `data set ${record.id} was completed`, {
          members: { state: check?.status ?? 'checking' },
        })
      const errors = pathFaults(body.files)
      if (errors.length > 0)
        throw new ProblemError('invalid-content', `${errors.length} paths cannot be used`, { errors })
      const uploads = await Promise.all(
        body.files.map(async ({ path, bytes }) => ({
          path,
          url: await context.objects.presignPut(record.location, path, bytes),
          method: 'PUT' as const,
        })),
      )
      return { uploads, expiresAt: expiryOf(uploads.map(({ url }) => url)) }
    },
  )
}
