import type { Ledger } from '@assay/ledger'
import type { Log, Timing } from '@assay/pipeline'
import type { Note, Notes, Queues } from '@assay/queue'
import { findStranded } from './find-stranded.ts'

export interface ReconcilerDeps {
  ledger: Pick<Ledger, 'openIds' | 'readDataset'>
  notes: Pick<Notes, 'all' | 'wereLost'>
  queues: Pick<Queues, 'liveJobs' | 'ensureDatasetCheck'>
  advance: (experimentId: string) => Promise<unknown>
  timing: Timing
  log: Log
  now: () => Date
}

/** Folds at a time: after Redis lost everything the ledger is read at a bounded rate. */
const FOLDS_AT_ONCE = 8
/** Keys of a page of the ledger's list of what is open. */
const PAGE = 1_000

/**
 * Makes the pass that brings back what Redis lost. Notes and queues are compared at every pass, without a look into S3. The ledger's list of
 * what is open is read when Redis is found to have lost its content, and otherwise slowly, a page each reconcileLedgerMs; what is open
 * and not noted is folded. An experiment at rest is folded once each restMs. Level, not edge; any number may run.
 */
export const createReconciler = ({ ledger, notes, queues, advance, timing, log, now }: ReconcilerDeps) => {
  let before: ReadonlyMap<string, Note> = new Map()
  let ledgerDueMs = 0

  const settle = async (id: string) => {
    try {
      if (!id.startsWith('ds-')) await advance(id)
      else if ((await ledger.readDataset(id))?.complete) await queues.ensureDatasetCheck(id)
    } catch (error) {
      log.warn({ err: error, id }, 'not advanced; a later pass tries again')
    }
  }

  return async (): Promise<{ folded: number }> => {
    const nowMs = now().getTime()
    // Before anything is read: a loss in between is then seen by the next pass.
    if (await notes.wereLost()) ledgerDueMs = 0
    const noted = await notes.all()
    const { due, suspects } = findStranded(noted, await queues.liveJobs(), { before, nowMs, restMs: timing.restMs })
    before = suspects
    const todo = new Set(due)
    if (nowMs >= ledgerDueMs) {
      let open = 0
      for await (const id of ledger.openIds()) {
        open++
        if (!noted.has(id)) todo.add(id)
      }
      ledgerDueMs = nowMs + timing.reconcileLedgerMs * Math.max(1, Math.ceil(open / PAGE))
    }
    const queue = [...todo]
    const work = async () => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) await settle(id)
    }
    await Promise.all(Array.from({ length: Math.min(FOLDS_AT_ONCE, queue.length) }, work))
    return { folded: todo.size }
  }
}
