import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  paginateListTrainingJobsForHyperParameterTuningJob,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import type { Trial } from '@assay/contracts'
import { trialOf } from './trial.ts'

export interface DescribedTrials {
  trials: Trial[]
  /** The Describe answers behind them, in the same order. */
  jobs: DescribeTrainingJobCommandOutput[]
}

/** All trials of a tuning job, by name. The bill needs each trial's own Describe: summaries carry neither billable seconds nor the instance type. */
export const describeTrials = async (client: SageMakerClient, tuningJobName: string): Promise<DescribedTrials> => {
  const trials: Trial[] = []
  const jobs: DescribeTrainingJobCommandOutput[] = []
  const pages = paginateListTrainingJobsForHyperParameterTuningJob(
    { client, pageSize: 100 },
    { HyperParameterTuningJobName: tuningJobName, SortBy: 'Name', SortOrder: 'Ascending' },
  )
  for await (const { TrainingJobSummaries = [] } of pages)
    for (const { TrainingJobName, FinalHyperParameterTuningJobObjectiveMetric: objective } of TrainingJobSummaries) {
      const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName }))
      jobs.push(job)
      trials.push(trialOf(job, objective?.Value))
    }
  return { trials, jobs }
}
