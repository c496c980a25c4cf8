import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import type { FinishOutput } from '@assay/contracts'
import { type ApproachRecord, type ExperimentRecord, finalState, type StageHandler } from '@assay/pipeline'
import { endpointCost, rateFor, trainingCost, usdOf } from '@assay/pricing'
import { listRemaining } from './remaining.ts'

const billOf = ({ approaches, earlierAttempts }: ExperimentRecord, region: string): FinishOutput['bill'] => {
  const attempts = [...earlierAttempts, ...approaches]
  const usd = (cost: ReturnType<typeof trainingCost>) => (cost.microUsd === null ? 0 : usdOf(cost.microUsd))
  // A later attempt that kept an earlier training outcome must not pay for it again.
  const trained = (attempt: ApproachRecord) =>
    attempts.find(({ id, train }) => id === attempt.id && train?.startedAt === attempt.train?.startedAt) === attempt
  const rows = approaches.map(({ id }) => {
    const own = attempts.filter((attempt) => attempt.id === id)
    const trainingUsd = own.reduce((sum, attempt) => {
      const trials = trained(attempt) ? (attempt.train?.output?.trials ?? attempt.teardown?.output?.jobs) : undefined
      return sum + (trials ? usd(trainingCost(trials, region, rateFor)) : 0)
    }, 0)
    const endpointUsd = own.reduce((sum, { teardown }) => {
      const { endpointSeconds, endpointInstanceType } = teardown?.output ?? {}
      return (
        sum +
        (endpointSeconds === undefined || endpointInstanceType === undefined
          ? 0
          : usd(endpointCost({ seconds: endpointSeconds, instanceType: endpointInstanceType }, region, rateFor)))
      )
    }, 0)
    return { approachId: id, trainingUsd, endpointUsd }
  })
  return {
    totalUsd: rows.reduce((sum, { trainingUsd, endpointUsd }) => sum + trainingUsd + endpointUsd, 0),
    approaches: rows,
  }
}

/** The end of an experiment: what the cloud still lists after teardown, and the bill. */
export const createFinish =
  ({ sagemaker, region }: { sagemaker: SageMakerClient; region: string }): StageHandler<'finish'> =>
  async ({ experiment }, { now, log }) => {
    const remaining = await listRemaining(sagemaker, experiment.id, new Date(experiment.createdAt))
    if (remaining.length > 0) log.error({ remaining }, 'the cloud still lists resources of the experiment')
    return {
      state: finalState(experiment),
      cleanup: { remaining, checkedAt: now().toISOString() },
      bill: billOf(experiment, region),
    }
  }
