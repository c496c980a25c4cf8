import { randomUUID } from 'node:crypto'
import { experimentSpecSchema } from '@assay/contracts'
import { fillForm, type FormValues, readForm, renderNew, type ShownFault } from '@assay/web'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ApiContext } from '../context.ts'
import { datasetView } from '../dataset-view.ts'
import { toFaults } from '../faults.ts'
import { nudge } from '../nudge.ts'
import { ProblemError } from '../problem-error.ts'
import { submitExperiment } from '../submit.ts'
import { type Page, sendPage } from './page.ts'

const text = z.string().max(100_000)
/** Loose: a form sends every field that it has, also to another address. */
const query = z.looseObject({ name: text.optional(), dataset: text.optional(), preset: text.optional() })
const fields = z.record(z.string(), z.string())

/** Data sets that can be chosen from. */
const chooseFrom = 200

const show = async (
  { environment, ledger, presets }: ApiContext,
  reply: FastifyReply,
  values: FormValues,
  faults: readonly ShownFault[] = [],
) => {
  const { items } = await ledger.listDatasets({ limit: chooseFrom })
  const datasets = items.map(datasetView)
  return sendPage(reply, renderNew({ environment, datasets, presets, values, idempotencyKey: randomUUID(), faults }))
}

/** What the form can show beside its fields; anything else is a page of its own. */
const shownFaults = (error: unknown): readonly ShownFault[] => {
  if (error instanceof ProblemError && error.errors.length > 0) return error.errors
  if (error instanceof Error && error.name === 'IdempotencyMismatch')
    return [{ pointer: '', detail: 'this form was submitted already; press Submit again for another experiment' }]
  throw error
}

export const newPage: Page = (app, context) => {
  app.get('/new', { schema: { hide: true, querystring: query } }, async ({ query: { name, dataset, preset } }, reply) =>
    show(
      context,
      reply,
      fillForm(context.presets, {
        ...(name ? { name } : {}),
        ...(dataset ? { dataset } : {}),
        ...(preset ? { preset } : {}),
      }),
    ),
  )
  app.post('/new', { schema: { hide: true, body: fields } }, async (request, reply) => {
    const { values, spec } = readForm(context.presets, request.body)
    const refuse = (faults: readonly ShownFault[]) => show(context, reply.code(422), values, faults)
    if (spec === undefined) return refuse([{ pointer: '', detail: 'not JSON' }])
    const parsed = experimentSpecSchema.safeParse(spec)
    if (!parsed.success) return refuse(toFaults(parsed.error.issues))
    try {
      const { id } = await submitExperiment(context, parsed.data, {
        idempotencyKey: request.body['key']?.slice(0, 255) || undefined,
        keyOwner: request.keyOwner,
      })
      nudge(request.log, 'advance', context.advance(id))
      return await reply.redirect(`/experiments/${id}`, 303)
    } catch (error) {
      return refuse(shownFaults(error))
    }
  })
}
