import type { DescribeTrainingJobResponse, SecondaryStatus, TrainingJobStatus } from '@aws-sdk/client-sagemaker'
import type { CloudClock } from '../../clock.ts'
import type { Wire } from '../../wire.ts'

type Answer = Wire<DescribeTrainingJobResponse>

/** A training job as DescribeTrainingJob answers it. */
export type TrainingJob = Omit<Answer, 'AlgorithmSpecification' | 'ModelArtifacts'> & {
  AlgorithmSpecification: NonNullable<Answer['AlgorithmSpecification']>
  /** Absent until there is one. */
  ModelArtifacts?: Answer['ModelArtifacts']
}

export interface TrainingRecord {
  job: TrainingJob
  /** Metric whose series the tuning job judges by; its values in the order they came, if this is a trial. */
  objective?: { metric: string; values: number[] }
  /** How often a spot instance was taken away. */
  interruptions: number
}

const messages: Partial<Record<SecondaryStatus, string>> = {
  Starting: 'Starting the training job',
  Pending: 'Waiting for capacity',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Training job runtime exceeded MaxRuntimeInSeconds provided',
  MaxWaitTimeExceeded: 'Training job exceeded MaxWaitTimeInSeconds provided',
  Interrupted: 'Training job interrupted',
  Restarting: 'Restarting the training job',
  Completed: 'Training job completed',
}

/** True once nothing about the job changes any more. */
export const isTerminal = ({ TrainingJobStatus }: TrainingJob): boolean =>
  TrainingJobStatus === 'Completed' || TrainingJobStatus === 'Failed' || TrainingJobStatus === 'Stopped'

/** Type and number of the instances a job runs on: what was selected, or what was asked for. */
export const instancesOf = ({ ResourceConfig }: TrainingJob): { instanceType: string; instanceCount: number } => ({
  instanceType: ResourceConfig?.SelectedInstanceType ?? ResourceConfig?.InstanceType ?? '',
  instanceCount: ResourceConfig?.SelectedInstanceCount ?? ResourceConfig?.InstanceCount ?? 1,
})

/** Enters a secondary status and ends the one before. */
export const enter = (
  job: TrainingJob,
  status: SecondaryStatus,
  clock: CloudClock,
  message = messages[status],
): void => {
  const now = clock.stamp()
  const transitions = (job.SecondaryStatusTransitions ??= [])
  const last = transitions.at(-1)
  if (last && last.EndTime === undefined) last.EndTime = now
  transitions.push({ Status: status, StartTime: now, StatusMessage: message })
  job.SecondaryStatus = status
  job.LastModifiedTime = now
}

/** Share of the on-demand price that a spot instance is billed at here. */
const spotShare = 0.3

/** Ends the job. The billed interval is from TrainingStartTime to now; a job that never began has none of the four figures. */
export const finish = (
  job: TrainingJob,
  status: TrainingJobStatus,
  secondary: SecondaryStatus,
  clock: CloudClock,
  failureReason?: string,
): void => {
  enter(job, secondary, clock, failureReason ?? messages[secondary])
  const last = job.SecondaryStatusTransitions?.at(-1)
  if (last) last.EndTime = last.StartTime
  job.TrainingJobStatus = status
  if (failureReason !== undefined) job.FailureReason = failureReason.slice(0, 1024)
  if (job.TrainingStartTime === undefined) return
  job.TrainingEndTime = clock.stamp()
  const seconds = Math.max(1, Math.ceil(job.TrainingEndTime - job.TrainingStartTime))
  job.TrainingTimeInSeconds = seconds
  job.BillableTimeInSeconds = job.EnableManagedSpotTraining ? Math.max(1, Math.ceil(seconds * spotShare)) : seconds
}
