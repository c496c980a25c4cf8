import { sourceViewSchema } from '@assay/contracts'
import { MAX_PACKED_BYTES } from '@assay/sources'
import { z } from 'zod'
import type { App, Operation } from '../app.ts'
import { problemAnswerSchema, sourceParams } from '../schemas.ts'
import { checkPacked } from '../sources.ts'

const bodySchema = z
  .custom<Buffer>((value) => Buffer.isBuffer(value), 'the bytes of a .tar.gz are needed')
  .meta({ type: 'string', format: 'binary' })

export const storeSourceOperation: Operation = (app, { sources }) => {
  // In a scope of its own: no other operation takes such a body.
  void app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/gzip',
      { parseAs: 'buffer', bodyLimit: MAX_PACKED_BYTES },
      (_request, body, done) => done(null, body),
    )
    scope.put(
      '/v1/sources/:sha256',
      {
        bodyLimit: MAX_PACKED_BYTES,
        schema: {
          operationId: 'storeSource',
          summary: 'Store a packed source folder (.tar.gz) under the SHA-256 of its bytes',
          description: `At most ${MAX_PACKED_BYTES.toLocaleString('en')} bytes, files at the top. 201 the first time, 200 and unchanged after that.`,
          tags: ['sources'],
          consumes: ['application/gzip'],
          params: sourceParams,
          body: bodySchema,
          response: {
            200: sourceViewSchema,
            201: sourceViewSchema,
            413: problemAnswerSchema,
            415: problemAnswerSchema,
            422: problemAnswerSchema,
            503: problemAnswerSchema,
          },
        },
      },
      async ({ params: { sha256 }, body }, reply) => {
        await checkPacked(sha256, body)
        const view = { sha256, uri: sources.uriOf(sha256), stored: true }
        if (await sources.isStored(sha256)) return reply.code(200).send(view)
        await sources.store(sha256, body)
        return reply.code(201).header('location', `/v1/sources/${sha256}`).send(view)
      },
    )
  })
}
