import { setTimeout as sleep } from 'node:timers/promises'
import type { CostMeter, ExperimentEvent, ExperimentView } from '@assay/contracts'
import { type ExperimentRecord, viewExperiment } from '@assay/pipeline'
import type { WorkerContext } from '@assay/runtime'
import type { ApiContext } from '../context.ts'
import { isTerminal } from '../experiment-view.ts'
import { viewChanges } from './view-changes.ts'
import { createWatches } from './watches.ts'

/** Changes are gathered this long, so that a burst costs one look. */
const LOOK_EVERY_MS = 250
/** Between two looks at the money while nothing else changes. */
const METER_EVERY_MS = 5_000

/** An experiment at one moment. */
interface Sight {
  /** Its newest change. */
  change: string
  /** Absent where there is no such experiment. */
  view?: ExperimentView
  cost?: CostMeter
  meteredAtMs: number
}

export interface EventsDeps {
  live: Pick<WorkerContext['live'], 'lastChange' | 'progress'>
  loadExperiment: (experimentId: string) => Promise<ExperimentRecord | undefined>
  meter: ApiContext['meter']
  log: Pick<WorkerContext['log'], 'warn'>
  /** What lies between two looks. (Default: 250 ms) */
  rest?: (signal: AbortSignal) => Promise<unknown>
}

const restAWhile = (signal: AbortSignal) => sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})

/**
 * Events from notices in Redis: a notice only says that something changed, the ledger and the progress say what. The cost changes by itself, so
 * it is looked at between notices too; it carries the id that was sent before, since it is no change of the experiment. All who
 * follow an experiment share one loop of looks, and each is told what differs from what it was told before.
 */
export const createEvents = ({
  live,
  loadExperiment,
  meter,
  log,
  rest = restAWhile,
}: EventsDeps): ApiContext['live'] => {
  const costOf = (record: ExperimentRecord) =>
    meter(record).catch((error: unknown) => {
      log.warn({ err: error, experimentId: record.id }, 'cost not readable just now')
      return undefined
    })

  const look = async (experimentId: string, before: Sight | undefined): Promise<Sight | undefined> => {
    const change = await live.lastChange(experimentId)
    const isMeterDue =
      before?.view !== undefined && !isTerminal(before.view) && Date.now() - before.meteredAtMs >= METER_EVERY_MS
    if (change === before?.change && !isMeterDue) return undefined
    const record = await loadExperiment(experimentId)
    const meteredAtMs = Date.now()
    if (!record) return { change, meteredAtMs }
    const cost = await costOf(record)
    const view = { ...viewExperiment(record, await live.progress(experimentId)), ...(cost ? { cost } : {}) }
    return { change, view, meteredAtMs, ...(cost ? { cost } : {}) }
  }
  const watches = createWatches({ look, rest })

  return {
    progress: live.progress,
    async *events(experimentId, lastEventId, signal) {
      let seen = lastEventId
      let shown: ExperimentView | undefined
      for await (const { change, view, cost } of watches.follow(experimentId, signal)) {
        const isNews = change !== seen || (shown === undefined && lastEventId === undefined)
        if (isNews && !view) return
        if (isNews && view) {
          const events: ExperimentEvent[] = shown ? viewChanges(shown, view) : [{ type: 'snapshot', experiment: view }]
          // Only the last event of a burst carries the new id: who breaks off in between gets the whole state again.
          const before = seen ?? change
          shown = view
          seen = change
          for (const [index, event] of events.entries())
            yield { id: index === events.length - 1 ? change : before, event }
        } else if (shown && cost && seen !== undefined) yield { id: seen, event: { type: 'cost', at: cost.at, cost } }
      }
    },
  }
}
