import type { ApproachDetail, ExperimentView } from '@assay/contracts'
import { applyEvent } from '@assay/client'
import { renderFragments } from '@assay/web'
import { tunedDetails } from '../approach-detail.ts'
import type { ApiContext } from '../context.ts'
import { isTerminal, requireExperiment, restView } from '../experiment-view.ts'
import type { Frame } from '../live/frames.ts'
import { sendEventStream } from '../live/send-event-stream.ts'
import { experimentParams } from '../schemas.ts'
import { nowIso, type Page } from './page.ts'

type Tunings = ReadonlyMap<string, ApproachDetail>

const tuneStages = ({ approaches }: ExperimentView) =>
  approaches.flatMap(({ id, attempt, stages }) =>
    stages.filter(({ stage }) => stage === 'tune').map(({ state }) => ({ id, attempt, state })),
  )

/** Trials are read anew while a tuning is under way and once when that has changed; who watches anything else costs no look. */
const createTrialsReader = (readTunings: (view: ExperimentView) => Promise<Tunings>) => {
  let known: { of: string; tunings: Tunings } | undefined
  return async (view: ExperimentView): Promise<Tunings> => {
    const stages = tuneStages(view)
    const of = JSON.stringify(stages)
    const goesOn = stages.some(({ state }) => state === 'running' || state === 'waiting' || state === 'retrying')
    if (stages.length > 0 && (goesOn || known?.of !== of)) known = { of, tunings: await readTunings(view) }
    return known?.tunings ?? new Map()
  }
}

interface LiveReaders {
  trialsOf: (view: ExperimentView) => Promise<Tunings>
  /** The experiment as the ledger has it. */
  readView: () => Promise<ExperimentView>
}

/** The fragments of the page that changed, after each event; all of them first. */
async function* toFragments(
  events: ReturnType<ApiContext['live']['events']>,
  { trialsOf, readView }: LiveReaders,
): AsyncGenerator<Frame, void, void> {
  const sent = new Map<string, string>()
  let view: ExperimentView | undefined
  for await (const { event } of events) {
    view = applyEvent(view, event)
    if (!view) continue
    // The event that ends an experiment says its state alone; when that was, the bill and what is left lie in the ledger.
    if (isTerminal(view)) view = await readView()
    for (const [id, html] of renderFragments({ experiment: view, tunings: await trialsOf(view), now: nowIso() })) {
      if (sent.get(id) === html) continue
      sent.set(id, html)
      yield { event: 'fragment', data: { id, html }, last: false }
    }
    if (isTerminal(view)) yield { event: 'end', data: {}, last: true }
  }
}

/** What the page of an experiment listens to: HTML, so that nothing is rendered twice in two languages. Without ids, because a reader who comes back gets everything anew. */
export const livePage: Page = (app, context) => {
  app.get(
    '/experiments/:id/live',
    { exposeHeadRoute: false, schema: { hide: true, params: experimentParams } },
    async (request, reply) => {
      const { id } = request.params
      await requireExperiment(context, id)
      const whenIdle = async (): Promise<Frame | undefined> => {
        const record = await context.ledger.readExperiment(id).catch(() => undefined)
        return record && isTerminal(restView(context, record)) ? { event: 'end', data: {}, last: true } : undefined
      }
      const readView = async () => restView(context, await requireExperiment(context, id))
      const readTunings = async (view: ExperimentView) =>
        tunedDetails(context, await requireExperiment(context, id), view, request.log)
      return sendEventStream(
        request,
        reply,
        (signal) =>
          toFragments(context.live.events(id, undefined, signal), {
            trialsOf: createTrialsReader(readTunings),
            readView,
          }),
        { idleMs: app.heartbeatMs, whenIdle },
      )
    },
  )
}
