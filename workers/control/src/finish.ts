import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { listRemaining } from '@assay/cleanup'
import type { FinishOutput } from '@assay/contracts'
import { type ApproachRecord, type ExperimentRecord, finalState, type StageHandler } from '@assay/pipeline'
import { endpointCost, rateFor, spotSavedShare, trainingCost, usdOf } from '@assay/pricing'
import type { RecordRuns } from './record-runs.ts'

const billOf = ({ approaches, earlierAttempts }: ExperimentRecord, region: string): FinishOutput['bill'] => {
  const attempts = [...earlierAttempts, ...approaches]
  /** Whole micro-dollars, so that sums are exact. What has no price counts nothing; the report says so. */
  const micro = ({ microUsd }: ReturnType<typeof trainingCost>) => microUsd ?? 0
  // A later attempt that kept an earlier training outcome must not pay for it again.
  const trained = (attempt: ApproachRecord) =>
    attempts.find(({ id, train }) => id === attempt.id && train?.startedAt === attempt.train?.startedAt) === attempt
  const rows = approaches.map(({ id }) => {
    const own = attempts.filter((attempt) => attempt.id === id)
    const trials = own.flatMap((attempt) =>
      trained(attempt) && !attempt.train?.output?.reusedFrom
        ? [attempt.train?.output?.trials ?? attempt.teardown?.output?.jobs ?? []]
        : [],
    )
    const trainingMicro = trials.reduce((sum, jobs) => sum + micro(trainingCost(jobs, region, rateFor)), 0)
    const endpointMicro = own.reduce((sum, { teardown, spec }) => {
      const use = spec.inference === 'transform' ? 'transform' : 'hosting'
      const { endpointSeconds, endpointInstanceType } = teardown?.output ?? {}
      return (
        sum +
        (endpointSeconds === undefined || endpointInstanceType === undefined
          ? 0
          : micro(endpointCost({ seconds: endpointSeconds, instanceType: endpointInstanceType, use }, region, rateFor)))
      )
    }, 0)
    return { approachId: id, trainingMicro, endpointMicro, saved: spotSavedShare(trials.flat()) }
  })
  return {
    totalUsd: usdOf(rows.reduce((sum, { trainingMicro, endpointMicro }) => sum + trainingMicro + endpointMicro, 0)),
    approaches: rows.map(({ approachId, trainingMicro, endpointMicro, saved }) => ({
      approachId,
      trainingUsd: usdOf(trainingMicro),
      endpointUsd: usdOf(endpointMicro),
      ...(saved === undefined ? {} : { spotSavedShare: saved }),
    })),
  }
}

export interface FinishDeps {
  sagemaker: SageMakerClient
  region: string
  recordRuns: RecordRuns
}

/** The end of an experiment: what the cloud still lists after teardown, the bill, and what it teaches later plans. */
export const createFinish =
  ({ sagemaker, region, recordRuns }: FinishDeps): StageHandler<'finish'> =>
  async ({ experiment }, { now, log }) => {
    // An experiment must end, whatever becomes of the estimates of others.
    await recordRuns(experiment).catch((error: unknown) => log.warn({ err: error }, 'runs not recorded'))
    const remaining = await listRemaining(sagemaker, experiment.id, new Date(experiment.createdAt))
    if (remaining.length > 0) log.error({ remaining }, 'the cloud still lists resources of the experiment')
    return {
      state: finalState(experiment),
      cleanup: { remaining, checkedAt: now().toISOString() },
      bill: billOf(experiment, region),
    }
  }
