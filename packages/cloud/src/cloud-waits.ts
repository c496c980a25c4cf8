import type {
  EndpointSummary,
  HyperParameterTuningJobSummary,
  TrainingJobSummary,
  TransformJobSummary,
} from '@aws-sdk/client-sagemaker'
import type { CloudWait } from '@assay/pipeline'

/** The members that Describe answers and list entries share. */
type Shared<Summary, Names extends keyof Summary> = { [Name in Names]?: Summary[Name] | undefined }

const wait = (
  kind: CloudWait['kind'],
  name: string | undefined,
  state: readonly (string | undefined)[],
  createdAt: Date | undefined,
  modifiedAt: Date | undefined,
): CloudWait => ({
  kind,
  name: name ?? '',
  state: state.filter((word) => word !== undefined).join(' '),
  createdAtMs: createdAt?.getTime() ?? 0,
  modifiedAtMs: (modifiedAt ?? createdAt)?.getTime() ?? 0,
})

export const trainingJobWait = (
  job: Shared<
    TrainingJobSummary,
    'TrainingJobName' | 'TrainingJobStatus' | 'SecondaryStatus' | 'CreationTime' | 'LastModifiedTime'
  >,
): CloudWait =>
  wait(
    'training-job',
    job.TrainingJobName,
    [job.TrainingJobStatus, job.SecondaryStatus],
    job.CreationTime,
    job.LastModifiedTime,
  )

/** The trials' progress is not part of it: it shows at the stage's own looks, and a listing need not wake the stage for it. */
export const tuningJobWait = (
  job: Shared<
    HyperParameterTuningJobSummary,
    'HyperParameterTuningJobName' | 'HyperParameterTuningJobStatus' | 'CreationTime' | 'LastModifiedTime'
  >,
): CloudWait =>
  wait(
    'tuning-job',
    job.HyperParameterTuningJobName,
    [job.HyperParameterTuningJobStatus],
    job.CreationTime,
    job.LastModifiedTime,
  )

export const endpointWait = (
  endpoint: Shared<EndpointSummary, 'EndpointName' | 'EndpointStatus' | 'CreationTime' | 'LastModifiedTime'>,
): CloudWait =>
  wait('endpoint', endpoint.EndpointName, [endpoint.EndpointStatus], endpoint.CreationTime, endpoint.LastModifiedTime)

/** Its Describe answer names no last change, so its creation stands for it: a listing from there on is complete. */
export const transformJobWait = (
  job: Shared<TransformJobSummary, 'TransformJobName' | 'TransformJobStatus' | 'CreationTime' | 'LastModifiedTime'>,
): CloudWait =>
  wait('transform-job', job.TransformJobName, [job.TransformJobStatus], job.CreationTime, job.LastModifiedTime)
