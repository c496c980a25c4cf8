import { registerDatasetSchema } from '@assay/contracts'
import { renderDatasets, type ShownFault } from '@assay/web'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ApiContext } from '../context.ts'
import { datasetView } from '../dataset-view.ts'
import { toFaults } from '../faults.ts'
import { readPage } from '../paging.ts'
import { ProblemError } from '../problem-error.ts'
import { registerDataset } from '../register.ts'
import { pageQuery } from '../schemas.ts'
import { nowIso, type Page, sendPage } from './page.ts'

const fields = z.looseObject({ name: z.string(), s3Uri: z.string() })

const show = async (
  { environment, ledger }: ApiContext,
  reply: FastifyReply,
  query: z.output<typeof pageQuery>,
  refused?: { name: string; s3Uri: string; faults: readonly ShownFault[] },
) => {
  const { items, nextCursor } = await readPage(query, ledger.listDatasets, datasetView)
  return sendPage(
    reply,
    renderDatasets({ environment, datasets: items, nextCursor, now: nowIso(), ...(refused ? { refused } : {}) }),
  )
}

export const datasetsPage: Page = (app, context) => {
  app.get('/datasets', { schema: { hide: true, querystring: pageQuery } }, async ({ query }, reply) =>
    show(context, reply, query),
  )
  app.post('/datasets', { schema: { hide: true, body: fields } }, async ({ body: { name, s3Uri }, log }, reply) => {
    const refuse = (faults: readonly ShownFault[]) =>
      show(context, reply.code(422), pageQuery.parse({}), { name, s3Uri, faults })
    const parsed = registerDatasetSchema.safeParse({ name, s3Uri })
    if (!parsed.success) return refuse(toFaults(parsed.error.issues))
    try {
      const { id } = await registerDataset(context, parsed.data, log)
      return await reply.redirect(`/datasets#${id}`, 303)
    } catch (error) {
      if (error instanceof ProblemError && error.errors.length > 0) return refuse(error.errors)
      throw error
    }
  })
}
