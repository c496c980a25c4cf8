import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker'
import type { Trial } from '@assay/contracts'

const STATUSES: Readonly<Record<string, Trial['status']>> = {
  Completed: 'Completed',
  Stopped: 'Stopped',
  Failed: 'Failed',
}

/** A training job that has ended, as the ledger keeps it. */
export const trialOf = (job: DescribeTrainingJobCommandOutput, objective?: number): Trial => {
  const { ResourceConfig, BillableTimeInSeconds, TrainingTimeInSeconds, TrainingStartTime, TrainingEndTime } = job
  return {
    name: job.TrainingJobName ?? '',
    status: STATUSES[job.TrainingJobStatus ?? ''] ?? 'Failed',
    ...(job.SecondaryStatus === undefined ? {} : { secondaryStatus: job.SecondaryStatus }),
    // With an ordered preference the type that SageMaker took is named apart.
    instanceType: ResourceConfig?.SelectedInstanceType ?? ResourceConfig?.InstanceType ?? 'unknown',
    instanceCount: ResourceConfig?.SelectedInstanceCount ?? ResourceConfig?.InstanceCount ?? 1,
    ...(BillableTimeInSeconds === undefined ? {} : { billableSeconds: BillableTimeInSeconds }),
    ...(TrainingTimeInSeconds === undefined ? {} : { trainingSeconds: TrainingTimeInSeconds }),
    ...(job.EnableManagedSpotTraining ? { spot: true as const } : {}),
    ...(TrainingStartTime === undefined ? {} : { startedAt: TrainingStartTime.toISOString() }),
    ...(TrainingEndTime === undefined ? {} : { endedAt: TrainingEndTime.toISOString() }),
    hyperparameters: Object.fromEntries(
      Object.entries(job.HyperParameters ?? {}).filter(([name]) => !name.startsWith('sagemaker_')),
    ),
    ...(objective === undefined ? {} : { objective }),
    ...(job.FailureReason ? { failureReason: job.FailureReason } : {}),
    ...(job.ModelArtifacts?.S3ModelArtifacts ? { modelArtifact: job.ModelArtifacts.S3ModelArtifacts } : {}),
  }
}

/** Final value of a metric in a Describe answer. */
export const finalMetric = (job: DescribeTrainingJobCommandOutput, metric: string): number | undefined =>
  job.FinalMetricDataList?.findLast(({ MetricName }) => MetricName === metric)?.Value
