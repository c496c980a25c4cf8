import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { listRemaining } from '@assay/cleanup'
import { finalState, type StageHandler } from '@assay/pipeline'
import { billOf } from '@assay/pricing'
import type { RecordRuns } from './record-runs.ts'

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
