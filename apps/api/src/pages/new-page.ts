import { randomUUID } from 'node:crypto'
import { type ExperimentSpec, experimentSpecSchema, type Plan } from '@assay/contracts'
import { fillForm, type FormValues, readForm, renderNew, renderPlan, type ShownFault } from '@assay/web'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ApiContext } from '../context.ts'
import { datasetView } from '../dataset-view.ts'
import { toFaults } from '../faults.ts'
import { nudge } from '../nudge.ts'
import { ProblemError } from '../problem-error.ts'
import { planSubmission, submitExperiment } from '../submit.ts'
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
  { faults = [], plan }: { faults?: readonly ShownFault[]; plan?: Plan } = {},
) => {
  const { items } = await ledger.listDatasets({ limit: chooseFrom })
  const datasets = items.map(datasetView)
  return sendPage(
    reply,
    renderNew({
      environment,
      datasets,
      presets,
      values,
      idempotencyKey: randomUUID(),
      faults,
      ...(plan ? { plan } : {}),
    }),
  )
}

/** What the form can show beside its fields; anything else is a page of its own. */
const shownFaults = (error: unknown): readonly ShownFault[] => {
  if (error instanceof ProblemError && error.errors.length > 0) return error.errors
  if (error instanceof Error && error.name === 'IdempotencyMismatch')
    return [{ pointer: '', detail: 'this form was submitted already; press Submit again for another experiment' }]
  throw error
}

/** The form's specification, or its faults. */
const readSpec = (
  { presets }: ApiContext,
  body: Record<string, string>,
): { values: FormValues; spec: ExperimentSpec | ShownFault[] } => {
  const { values, spec } = readForm(presets, body)
  if (spec === undefined) return { values, spec: [{ pointer: '', detail: 'not JSON' }] }
  const parsed = experimentSpecSchema.safeParse(spec)
  return { values, spec: parsed.success ? parsed.data : toFaults(parsed.error.issues) }
}

const planOrFaults = async (
  context: ApiContext,
  spec: ExperimentSpec,
  keyOwner: string | undefined,
): Promise<{ plan?: Plan; faults?: readonly ShownFault[] }> => {
  try {
    return { plan: await planSubmission(context, spec, { keyOwner, bodies: false }) }
  } catch (error) {
    return { faults: shownFaults(error) }
  }
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
  app.post('/new/plan', { schema: { hide: true, body: fields } }, async (request, reply) => {
    const { spec } = readSpec(context, request.body)
    const html = Array.isArray(spec)
      ? renderPlan({ faults: spec })
      : renderPlan(await planOrFaults(context, spec, request.keyOwner))
    return sendPage(reply, html)
  })
  app.post('/new', { schema: { hide: true, body: fields } }, async (request, reply) => {
    const { values, spec } = readSpec(context, request.body)
    const refuse = (faults: readonly ShownFault[]) => show(context, reply.code(422), values, { faults })
    if (Array.isArray(spec)) return refuse(spec)
    if (request.body['action'] === 'plan') {
      const { plan, faults = [] } = await planOrFaults(context, spec, request.keyOwner)
      return plan ? show(context, reply, values, { plan }) : refuse(faults)
    }
    try {
      const { id } = await submitExperiment(context, spec, {
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
