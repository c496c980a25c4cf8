import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from '@assay/ledger'
import type { Log, Timing } from '@assay/pipeline'

export interface ReconcileDeps {
  ledger: Pick<Ledger, 'openIds' | 'readDataset'>
  advance: (experimentId: string) => Promise<unknown>
  ensureDatasetCheck: (datasetId: string) => Promise<unknown>
  timing: Timing
  log: Log
}

/** Brings back what Redis lost: every experiment and data set that is not terminal is advanced again. Level, not edge; any number may run. */
export const sweep = async ({
  ledger,
  advance,
  ensureDatasetCheck,
  log,
}: Omit<ReconcileDeps, 'timing'>): Promise<number> => {
  let seen = 0
  for await (const id of ledger.openIds()) {
    seen++
    try {
      if (!id.startsWith('ds-')) await advance(id)
      else if ((await ledger.readDataset(id))?.complete) await ensureDatasetCheck(id)
    } catch (error) {
      log.warn({ err: error, id }, 'not advanced; the next sweep tries again')
    }
  }
  return seen
}

/** Sweeps until the signal. */
export const reconcileForever = async (deps: ReconcileDeps, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await sweep(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'sweep ended early'))
    await sleep(deps.timing.reconcileLedgerMs, undefined, { signal }).catch(() => {})
  }
}
