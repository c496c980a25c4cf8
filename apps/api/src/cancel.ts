import type { ExperimentView } from '@assay/contracts'
import type { FastifyBaseLogger } from 'fastify'
import type { ApiContext } from './context.ts'
import { isTerminal, liveView, requireExperiment } from './experiment-view.ts'
import { nudge } from './nudge.ts'

/** Asks for the end; what has ended stays as it is. The request is in the ledger before this returns, Redis or not. */
export const cancelExperiment = async (
  context: ApiContext,
  id: string,
  log: FastifyBaseLogger,
): Promise<{ view: ExperimentView; ended: boolean }> => {
  const before = await liveView(context, await requireExperiment(context, id), log)
  if (isTerminal(before)) return { view: before, ended: true }
  await context.ledger.requestCancel(id)
  nudge(log, 'advance', context.advance(id))
  return { view: await liveView(context, await requireExperiment(context, id), log), ended: false }
}
