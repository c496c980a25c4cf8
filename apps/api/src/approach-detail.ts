import { resourceName } from '@assay/cloud'
import type { ApproachDetail } from '@assay/contracts'
import type { FastifyBaseLogger } from 'fastify'
import type { ApiContext } from './context.ts'
import { liveView, requireApproach, requireExperiment } from './experiment-view.ts'
import { ProblemError } from './problem-error.ts'

/** An approach with its trials: as the ledger has them, or, while its tuning job runs, as the cloud tells them now. */
export const approachDetail = async (
  context: ApiContext,
  { id, approachId, log }: { id: string; approachId: string; log: FastifyBaseLogger },
): Promise<ApproachDetail> => {
  const record = await requireExperiment(context, id)
  const { train, spec, attempt, index, intents } = requireApproach(record, approachId)
  const { approaches } = await liveView(context, record, log)
  const view = approaches.find((approach) => approach.id === approachId)
  if (!view) throw new ProblemError('internal', `approach ${approachId} is in the record, but not in its view`)
  const self = `/v1/experiments/${id}/approaches/${approachId}`
  const { jobName, best, inherited, objective, actual, trials = [] } = train?.output ?? {}
  const runs = spec.tuning !== undefined && !train && intents.some(({ kind }) => kind === 'tuning-job')
  return {
    ...view,
    experimentId: id,
    jobName,
    best,
    inherited,
    objective,
    actual,
    trials,
    liveTrials: runs ? await context.liveTrials(resourceName(id, index, attempt)) : [],
    links: { self, metrics: `${self}/metrics`, predictions: `${self}/predictions`, logs: `${self}/logs` },
  }
}
