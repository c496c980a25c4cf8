import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { App } from '../app.ts'
import type { BoardQueue } from '../context.ts'
import { ProblemError } from '../problem-error.ts'

const path = '/admin/queues'

/** Links that load from other hosts; its own load from paths without a scheme. */
const foreignLink = /<link\b[^>]*\bhref="(?:https?:)?\/\/[^>]*>/g

const headers = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'",
}

const textOf = (data: unknown, field: string) =>
  typeof data === 'object' && data !== null && field in data ? String(Reflect.get(data, field)) : undefined

/** The page of what a job works for: an experiment, or a data set that is checked. */
const pageOf = ({ data }: { data: unknown }) => {
  const experimentId = textOf(data, 'experimentId')
  return experimentId === undefined
    ? { displayText: 'Data set', href: `/datasets#${textOf(data, 'datasetId')}` }
    : { displayText: 'Experiment', href: `/experiments/${experimentId}` }
}

/** Every queue, to look at: nothing can be changed, nothing is loaded from elsewhere. */
export const addBoard = (app: App, queues: readonly BoardQueue[]): void => {
  const serverAdapter = new FastifyAdapter().setBasePath(path)
  createBullBoard({
    queues: queues.map(
      (queue) =>
        new BullMQAdapter(queue, {
          readOnlyMode: true,
          allowRetries: false,
          externalJobUrl: pageOf,
        }),
    ),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Assay queues',
        hideDocsLink: true,
        miscLinks: [{ text: 'Experiments', url: '/' }],
        pollingInterval: { showSetting: true, forceInterval: 5 },
      },
    },
  })
  void app.register(
    async (scope: App) => {
      scope.addHook('onRequest', async ({ method }) => {
        if (method !== 'GET' && method !== 'HEAD')
          throw new ProblemError('method-not-allowed', `${method} met; the board is read-only and takes GET`, {
            headers: { allow: 'GET, HEAD' },
          })
      })
      scope.addHook('onSend', async (_request, reply, payload) => {
        if (!String(reply.getHeader('content-type')).startsWith('text/html')) return payload
        reply.headers(headers)
        return typeof payload === 'string' ? payload.replaceAll(foreignLink, '') : payload
      })
      // Its own error handler would answer in a form of its own, the refusals of the hooks above included.
      const board: typeof scope = Object.assign(Object.create(scope), { setErrorHandler: () => board })
      serverAdapter.registerPlugin()(board, { basePath: path }, () => {})
    },
    { prefix: path },
  )
}
