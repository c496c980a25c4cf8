import { type ExperimentEvent, experimentEventSchema, terminalStates } from '@assay/contracts'
import { z } from 'zod'
import type { Operation } from '../app.ts'
import type { ApiContext } from '../context.ts'
import { isTerminal, requireExperiment, restView } from '../experiment-view.ts'
import type { Frame } from '../live/frames.ts'
import { sendEventStream } from '../live/send-event-stream.ts'
import { experimentParams, problemAnswerSchema } from '../schemas.ts'

/** Loose, because what a header schema does not name is dropped from the request. */
const headers = z.looseObject({ 'last-event-id': z.string().max(128).optional() })

/** How long an experiment that has ended may have no further event before its stream is closed. */
const drainMs = 1000

const isLast = (event: ExperimentEvent) =>
  event.type === 'snapshot'
    ? isTerminal(event.experiment)
    : event.type === 'state' && terminalStates.includes(event.state)

async function* toFrames(events: ReturnType<ApiContext['live']['events']>): AsyncGenerator<Frame, void, void> {
  for await (const { id, event } of events) yield { id, data: event, last: isLast(event) }
}

export const readEventsOperation: Operation = (app, context) => {
  app.get(
    '/v1/experiments/:id/events',
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'readEvents',
        summary: 'Follow an experiment (server-sent events)',
        description:
          'A snapshot, then a `stage` event per change and a `state` event when the state of the experiment changes. Last-Event-ID goes on where a stream broke off. Closes after the terminal state.',
        tags: ['experiments'],
        params: experimentParams,
        headers,
        response: {
          200: {
            description: 'An endless list of events, each as the data of one server-sent event',
            content: { 'text/event-stream': { schema: experimentEventSchema } },
          },
          404: problemAnswerSchema,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const ended = isTerminal(restView(context, await requireExperiment(context, id)))
      /** The stream may have lost the terminal event; the ledger has not. */
      const whenIdle = async (): Promise<Frame | undefined> => {
        const record = await context.ledger.readExperiment(id).catch(() => undefined)
        const view = record ? restView(context, record) : undefined
        if (!view || !isTerminal(view)) return undefined
        const event: ExperimentEvent = { type: 'state', at: view.endedAt ?? view.createdAt, state: view.state }
        return { data: event, last: true }
      }
      return sendEventStream(
        request,
        reply,
        (signal) => toFrames(context.live.events(id, request.headers['last-event-id'], signal)),
        { idleMs: ended ? drainMs : app.heartbeatMs, whenIdle },
      )
    },
  )
}
