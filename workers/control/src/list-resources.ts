import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  ListTagsCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  paginateListHyperParameterTuningJobs,
  paginateListModels,
  paginateListTrainingJobs,
  type SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { isNotFound, isStateConflict } from '@assay/cloud'
import type { Intent } from '@assay/contracts'

export interface CloudResource {
  kind: Intent['kind']
  name: string
  status?: string | undefined
  arn: string | undefined
}

export interface ListFilter {
  CreationTimeAfter?: Date
  NameContains?: string
}

const OVER = new Set(['Completed', 'Failed', 'Stopped'])

/** Endpoints, endpoint configurations, models and jobs that have not ended: all that costs money or must be deleted. */
export const listResources = async (client: SageMakerClient, filter: ListFilter): Promise<CloudResource[]> => {
  const found: CloudResource[] = []
  const paginator = { client, pageSize: 100 }
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

/** By key; none where the resource has gone since it was listed. */
export const readTags = async (
  client: SageMakerClient,
  arn: string | undefined,
): Promise<ReadonlyMap<string, string>> => {
  try {
    const { Tags = [] } = await client.send(new ListTagsCommand({ ResourceArn: arn }))
    return new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
  } catch (error) {
    if (isNotFound(error)) return new Map()
    throw error
  }
}

const removals: Record<Intent['kind'], (client: SageMakerClient, name: string) => Promise<unknown>> = {
  endpoint: (client, name) => client.send(new DeleteEndpointCommand({ EndpointName: name })),
  'endpoint-config': (client, name) => client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })),
  model: (client, name) => client.send(new DeleteModelCommand({ ModelName: name })),
  'training-job': (client, name) => client.send(new StopTrainingJobCommand({ TrainingJobName: name })),
  'tuning-job': (client, name) =>
    client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
}

/** Deletes it, or stops it where it is a job. What is gone, has ended or cannot be deleted just now is no error. */
export const removeResource = async (
  client: SageMakerClient,
  { kind, name }: Pick<CloudResource, 'kind' | 'name'>,
): Promise<void> => {
  try {
    await removals[kind](client, name)
  } catch (error) {
    if (!isNotFound(error) && !isStateConflict(error)) throw error
  }
}
