import type { FaultRule } from '../../apps/local-cloud/src/control/fault-rules.ts'
import type { JournalEntry } from '../../apps/local-cloud/src/control/journal.ts'
import type { BillLine } from '../../apps/local-cloud/src/control/bill.ts'
import type { Lifecycle } from '../../apps/local-cloud/src/sagemaker/lifecycle.ts'

const JOURNAL_PAGE = 50_000

/** The local cloud's control endpoint. */
export const createLocalCloudControl = (cloudUrl: string) => {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${cloudUrl}/_control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const value = await answer.json()
    if (!answer.ok) throw new Error(`${method} /_control/${path}: ${answer.status} ${JSON.stringify(value)}`)
    return value
  }
  return {
    addFault: async (rule: FaultRule): Promise<number> => ((await ask('POST', 'faults', rule)) as { id: number }).id,
    removeFault: async (id: number): Promise<void> => {
      await ask('DELETE', `faults/${id}`)
    },
    /** How often each rule has hit, by its id. */
    hits: async (): Promise<ReadonlyMap<number, number>> =>
      new Map(((await ask('GET', 'faults')) as { id: number; hits: number }[]).map(({ id, hits }) => [id, hits])),
    lifecycle: (settings: Partial<Lifecycle['settings']>) => ask('POST', 'lifecycle', settings),
    journal: async (service: string): Promise<JournalEntry[]> =>
      (await ask('GET', `journal?service=${service}&limit=${JOURNAL_PAGE}`)) as JournalEntry[],
    bill: async (): Promise<BillLine[]> => ((await ask('GET', 'bill')) as { lines: BillLine[] }).lines,
  }
}
export type LocalCloudControl = ReturnType<typeof createLocalCloudControl>
