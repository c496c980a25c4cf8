import {
  paginateListEndpoints,
  paginateListHyperParameterTuningJobs,
  paginateListTrainingJobs,
  paginateListTransformJobs,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { endpointWait, trainingJobWait, transformJobWait, tuningJobWait } from '@assay/cloud'
import type { CloudWait } from '@assay/pipeline'

/** Stamps of the cloud's clock. */
export interface StateWindow {
  createdAfter: Date
  modifiedAfter: Date
}

type ListStates = (client: SageMakerClient, window: StateWindow) => AsyncIterable<CloudWait[]>

/** The most that a page holds. A page may also be short or empty while more follow. */
const pageSize = 100
const ours = { NameContains: 'assay-' }

async function* listTrainingJobs(client: SageMakerClient, { createdAfter, modifiedAfter }: StateWindow) {
  const window = { CreationTimeAfter: createdAfter, LastModifiedTimeAfter: modifiedAfter }
  for await (const page of paginateListTrainingJobs({ client, pageSize }, { ...ours, ...window }))
    yield (page.TrainingJobSummaries ?? []).map(trainingJobWait)
}

async function* listTuningJobs(client: SageMakerClient, { createdAfter, modifiedAfter }: StateWindow) {
  const window = { CreationTimeAfter: createdAfter, LastModifiedTimeAfter: modifiedAfter }
  for await (const page of paginateListHyperParameterTuningJobs({ client, pageSize }, { ...ours, ...window }))
    yield (page.HyperParameterTuningJobSummaries ?? []).map(tuningJobWait)
}

async function* listTransformJobs(client: SageMakerClient, { createdAfter, modifiedAfter }: StateWindow) {
  const window = { CreationTimeAfter: createdAfter, LastModifiedTimeAfter: modifiedAfter }
  for await (const page of paginateListTransformJobs({ client, pageSize }, { ...ours, ...window }))
    yield (page.TransformJobSummaries ?? []).map(transformJobWait)
}

/** All of them, whenever modified: what is gone shows by its absence alone, and only living endpoints are listed. */
async function* listEndpoints(client: SageMakerClient, { createdAfter }: StateWindow) {
  for await (const page of paginateListEndpoints({ client, pageSize }, { ...ours, CreationTimeAfter: createdAfter }))
    yield (page.Endpoints ?? []).map(endpointWait)
}

/** How the states of each kind are listed, page by page, and whether what is absent from the listing is gone. */
export const stateListings: Readonly<Record<CloudWait['kind'], { list: ListStates; absentIsGone: boolean }>> = {
  'training-job': { list: listTrainingJobs, absentIsGone: false },
  'tuning-job': { list: listTuningJobs, absentIsGone: false },
  'transform-job': { list: listTransformJobs, absentIsGone: false },
  endpoint: { list: listEndpoints, absentIsGone: true },
}
