import { resourceName } from '@assay/cloud'
import type { ApproachDetail, ExperimentView } from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import type { FastifyBaseLogger } from 'fastify'
import type { ApiContext } from './context.ts'
import { liveView, requireApproach, requireExperiment } from './experiment-view.ts'
import { ProblemError } from './problem-error.ts'

/** An approach of an experiment in view, with its trials: as the ledger has them, or, while its tuning job runs, as the cloud tells them now. */
const detailOf = async (
  { liveTrials }: Pick<ApiContext, 'liveTrials'>,
  record: ExperimentRecord,
  { id, approaches }: ExperimentView,
  approachId: string,
): Promise<ApproachDetail> => {
  const { train, spec, attempt, index, intents, tuningStopRequestedAt } = requireApproach(record, approachId)
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
    tuningStopRequestedAt,
    liveTrials: runs ? await liveTrials(resourceName(id, index, attempt)) : [],
    links: { self, metrics: `${self}/metrics`, predictions: `${self}/predictions`, logs: `${self}/logs` },
  }
}

export const approachDetail = async (
  context: ApiContext,
  { id, approachId, log }: { id: string; approachId: string; log: FastifyBaseLogger },
): Promise<ApproachDetail> => {
  const record = await requireExperiment(context, id)
  requireApproach(record, approachId)
  return detailOf(context, record, await liveView(context, record, log), approachId)
}

/** Every tuned approach with its trials, by id. One whose trials the cloud does not tell now is left out: a page without them is better than none. */
export const tunedDetails = async (
  context: Pick<ApiContext, 'liveTrials'>,
  record: ExperimentRecord,
  view: ExperimentView,
  log: FastifyBaseLogger,
): Promise<ReadonlyMap<string, ApproachDetail>> => {
  const tuned = record.approaches.filter(({ spec }) => spec.tuning !== undefined)
  const details = await Promise.all(
    tuned.map(({ id }) =>
      detailOf(context, record, view, id).catch((error: unknown) => {
        log.warn({ err: error, experimentId: view.id, approachId: id }, 'trials could not be read')
        return undefined
      }),
    ),
  )
  return new Map(details.flatMap((detail) => (detail ? [[detail.id, detail]] : [])))
}
