import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from '@assay/ledger'
import type { Log } from '@assay/pipeline'

export interface ReconcileDeps {
  ledger: Pick<Ledger, 'openIds' | 'readDataset'>
  advance: (experimentId: string) => Promise<unknown>
  ensureDatasetCheck: (datasetId: string) => Promise<unknown>
  log: Log
}

/** Brings back what Redis lost: every experiment and data set that is not terminal is advanced again. Level, not edge; any number may run. */
export const sweep = async ({ ledger, advance, ensureDatasetCheck, log }: ReconcileDeps): Promise<number> => {
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

/** Repeats a pass until the signal; a pass that ends in an error is logged and repeated like any other. */
export const repeatForever = async (
  { name, everyMs, pass, log }: { name: string; everyMs: number; pass: () => Promise<unknown>; log: Log },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    await pass().catch((error: unknown) => log.warn({ err: error, pass: name }, 'pass ended early'))
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}
