import {
  ListTagsCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  paginateListHyperParameterTuningJobs,
  paginateListModels,
  paginateListTrainingJobs,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { experimentPrefix, tagNames } from '@assay/cloud'
import type { FinishOutput } from '@assay/contracts'

type Remaining = FinishOutput['cleanup']['remaining'][number]

interface Found extends Remaining {
  arn: string | undefined
}

const OVER = new Set(['Completed', 'Failed', 'Stopped'])
/** The cloud's clock may lag ours. */
const CLOCK_SKEW_MS = 10 * 60_000

const listAll = async (client: SageMakerClient, since: Date): Promise<Found[]> => {
  const found: Found[] = []
  const paginator = { client, pageSize: 100 }
  const filter = { CreationTimeAfter: new Date(since.getTime() - CLOCK_SKEW_MS) }
  for await (const { Endpoints = [] } of paginateListEndpoints(paginator, filter))
    for (const one of Endpoints)
      found.push({ kind: 'endpoint', name: one.EndpointName ?? '', status: one.EndpointStatus, arn: one.EndpointArn })
  for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs(paginator, filter))
    for (const one of EndpointConfigs)
      found.push({ kind: 'endpoint-config', name: one.EndpointConfigName ?? '', arn: one.EndpointConfigArn })
  for await (const { Models = [] } of paginateListModels(paginator, filter))
    for (const one of Models) found.push({ kind: 'model', name: one.ModelName ?? '', arn: one.ModelArn })
  for await (const { TrainingJobSummaries = [] } of paginateListTrainingJobs(paginator, filter))
    for (const one of TrainingJobSummaries)
      if (!OVER.has(one.TrainingJobStatus ?? ''))
        found.push({
          kind: 'training-job',
          name: one.TrainingJobName ?? '',
          status: one.TrainingJobStatus,
          arn: one.TrainingJobArn,
        })
  for await (const { HyperParameterTuningJobSummaries = [] } of paginateListHyperParameterTuningJobs(paginator, filter))
    for (const one of HyperParameterTuningJobSummaries)
      if (!OVER.has(one.HyperParameterTuningJobStatus ?? ''))
        found.push({
          kind: 'tuning-job',
          name: one.HyperParameterTuningJobName ?? '',
          status: one.HyperParameterTuningJobStatus,
          arn: one.HyperParameterTuningJobArn,
        })
  return found
}

const carriesTag = async (client: SageMakerClient, arn: string | undefined, experimentId: string): Promise<boolean> => {
  // It may have gone since it was listed.
  const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn: arn })).catch(() => ({ Tags: [] }))
  return Tags.some(({ Key, Value }) => Key === tagNames.experiment && Value === experimentId)
}

/** What the cloud itself still lists of an experiment, by name or by tag: endpoints, configurations, models and jobs that have not ended. */
export const listRemaining = async (
  client: SageMakerClient,
  experimentId: string,
  since: Date,
): Promise<Remaining[]> => {
  const remaining: Remaining[] = []
  for (const { arn, kind, name, status } of await listAll(client, since))
    if (name.startsWith(experimentPrefix(experimentId)) || (await carriesTag(client, arn, experimentId)))
      remaining.push({ kind, name, ...(status === undefined ? {} : { status }) })
  return remaining
}
