import {
  ListTagsCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  paginateListHyperParameterTuningJobs,
  paginateListModels,
  paginateListTrainingJobs,
  paginateListTransformJobs,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { isNotFound } from '@assay/cloud'
import type { Intent } from '@assay/contracts'

export interface CloudResource {
  kind: Intent['kind']
  name: string
  status?: string | undefined
  arn: string | undefined
  /** By the cloud's clock. */
  createdAt: Date
}

export interface ResourceFilter {
  NameContains?: string
  CreationTimeAfter?: Date
}

const unknown = new Date(0)

/** Endpoints, their configurations and models: what must be deleted. In the order in which it is to be. */
export const listHosting = async (client: SageMakerClient, filter: ResourceFilter): Promise<CloudResource[]> => {
  const found: CloudResource[] = []
  const paginator = { client, pageSize: 100 }
  for await (const { Endpoints = [] } of paginateListEndpoints(paginator, filter))
    for (const { EndpointName: name = '', EndpointStatus: status, EndpointArn: arn, CreationTime } of Endpoints)
      found.push({ kind: 'endpoint', name, status, arn, createdAt: CreationTime ?? unknown })
  for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs(paginator, filter))
    for (const { EndpointConfigName: name = '', EndpointConfigArn: arn, CreationTime } of EndpointConfigs)
      found.push({ kind: 'endpoint-config', name, arn, createdAt: CreationTime ?? unknown })
  for await (const { Models = [] } of paginateListModels(paginator, filter))
    for (const { ModelName: name = '', ModelArn: arn, CreationTime } of Models)
      found.push({ kind: 'model', name, arn, createdAt: CreationTime ?? unknown })
  return found
}

export interface JobFilter extends ResourceFilter {
  /** Leaves out jobs that have not changed since: a long history of ended jobs is a page for every hundred of them otherwise. */
  LastModifiedTimeAfter?: Date
}

const OVER = new Set(['Completed', 'Failed', 'Stopped'])

/** Training, tuning and transform jobs that have not ended. */
export const listOpenJobs = async (client: SageMakerClient, filter: JobFilter): Promise<CloudResource[]> => {
  const found: CloudResource[] = []
  const paginator = { client, pageSize: 100 }
  for await (const { HyperParameterTuningJobSummaries = [] } of paginateListHyperParameterTuningJobs(paginator, filter))
    for (const one of HyperParameterTuningJobSummaries)
      if (!OVER.has(one.HyperParameterTuningJobStatus ?? ''))
        found.push({
          kind: 'tuning-job',
          name: one.HyperParameterTuningJobName ?? '',
          status: one.HyperParameterTuningJobStatus,
          arn: one.HyperParameterTuningJobArn,
          createdAt: one.CreationTime ?? unknown,
        })
  for await (const { TrainingJobSummaries = [] } of paginateListTrainingJobs(paginator, filter))
    for (const one of TrainingJobSummaries)
      if (!OVER.has(one.TrainingJobStatus ?? ''))
        found.push({
          kind: 'training-job',
          name: one.TrainingJobName ?? '',
          status: one.TrainingJobStatus,
          arn: one.TrainingJobArn,
          createdAt: one.CreationTime ?? unknown,
        })
  for await (const { TransformJobSummaries = [] } of paginateListTransformJobs(paginator, filter))
    for (const one of TransformJobSummaries)
      if (!OVER.has(one.TransformJobStatus ?? ''))
        found.push({
          kind: 'transform-job',
          name: one.TransformJobName ?? '',
          status: one.TransformJobStatus,
          arn: one.TransformJobArn,
          createdAt: one.CreationTime ?? unknown,
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
