import { type ExperimentView, type Progress, terminalStates } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import type { FastifyBaseLogger } from 'fastify'
import type { ApiContext } from './context.ts'
import { ProblemError } from './problem-error.ts'

const noProgress: ReadonlyMap<string, Progress> = new Map()

/** Throws the 404 that every operation on an experiment shares. */
export const requireExperiment = async (
  { ledger }: Pick<ApiContext, 'ledger'>,
  id: string,
): Promise<ExperimentRecord> => {
  const record = await ledger.readExperiment(id)
  if (!record) throw new ProblemError('not-found', `there is no experiment ${id}`)
  return record
}

export const requireApproach = (record: ExperimentRecord, approachId: string): ApproachRecord => {
  const approach = record.approaches.find(({ id }) => id === approachId)
  if (!approach)
    throw new ProblemError(
      'not-found',
      `experiment ${record.id} has no approach ${approachId}; it has ${record.approaches.map(({ id }) => id).join(', ')}`,
    )
  return approach
}

/** With live progress and cost where Redis and the cloud answer; what the ledger knows is shown without them too. */
export const liveView = async (
  { live, view, meter }: Pick<ApiContext, 'live' | 'view' | 'meter'>,
  record: ExperimentRecord,
  log: FastifyBaseLogger,
): Promise<ExperimentView> => {
  const without = (what: string) => (error: unknown) => {
    log.warn({ err: error, experimentId: record.id, what }, 'not readable just now')
    return undefined
  }
  const [progress, cost] = await Promise.all([
    live.progress(record.id).catch(without('progress')),
    meter(record).catch(without('cost')),
  ])
  return { ...view(record, progress ?? noProgress), ...(cost ? { cost } : {}) }
}

export const restView = ({ view }: Pick<ApiContext, 'view'>, record: ExperimentRecord): ExperimentView =>
  view(record, noProgress)

export const isTerminal = ({ state }: Pick<ExperimentView, 'state'>): boolean => terminalStates.includes(state)
