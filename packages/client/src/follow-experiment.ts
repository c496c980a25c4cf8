import { type ExperimentView, terminalStates } from '@assay/contracts'
import { applyEvent } from './apply-event.ts'
import type { AssayClient } from './client.ts'

export const isTerminal = (view: ExperimentView): boolean => terminalStates.includes(view.state)

/**
 * Calls `onView` with every change until the experiment has ended; answers the last view, read afresh. Outlives
 * interruptions of the API. Beside the events the view is read now and then, so that a lost event costs seconds only.
 */
export const followExperiment = async (
  client: AssayClient,
  id: string,
  onView: (view: ExperimentView) => void,
  { signal, rereadEveryMs = 3_000 }: { signal?: AbortSignal; rereadEveryMs?: number } = {},
): Promise<ExperimentView> => {
  const first = await client.experiment(id)
  onView(first)
  if (isTerminal(first)) return first
  const ended = new AbortController()
  const giveUp = () => ended.abort()
  signal?.addEventListener('abort', giveUp)
  let view: ExperimentView | undefined = first
  const see = (next: ExperimentView | undefined) => {
    view = next
    if (!next) return
    onView(next)
    if (isTerminal(next)) ended.abort()
  }
  const look = async () => {
    // Where the API is away for the moment, the next look may find it.
    const next = await client.experiment(id).catch(() => undefined)
    if (next && !ended.signal.aborted) see(next)
  }
  const reread = setInterval(() => void look(), rereadEveryMs)
  try {
    for await (const event of client.events(id, ended.signal)) see(applyEvent(view, event))
    signal?.throwIfAborted()
    return await client.experiment(id)
  } finally {
    clearInterval(reread)
    signal?.removeEventListener('abort', giveUp)
    ended.abort()
  }
}
