import type { Tag } from '@aws-sdk/client-sagemaker'
import type { ApproachSpec, Intent, PlannedRequest } from '@assay/contracts'
import { bulkObject } from '@assay/ledger'
import { isTrainedOn } from '@assay/pipeline'
import {
  endpointConfigRequest,
  endpointRequest,
  type Recipe,
  transformInput,
  transformJobRequest,
} from '@assay/recipes'
import { asRecord } from './as-record.ts'
import type { PlannedExperiment } from './planned-requests.ts'

interface HostingStepsInput {
  experiment: Pick<PlannedExperiment, 'id' | 'dataset' | 'answered'>
  spec: ApproachSpec
  name: string
  tags: Tag[]
  bucket: string
  recipe: Recipe
}

/** What is made of a model until it has answered: configuration and endpoint, or a transform job. */
export const hostingSteps = async ({
  experiment: { id, dataset, answered },
  spec,
  name,
  tags,
  bucket,
  recipe,
}: HostingStepsInput): Promise<{ kinds: Intent['kind'][]; requests: PlannedRequest[] }> => {
  if (spec.inference === 'endpoint')
    return {
      kinds: ['endpoint-config', 'endpoint'],
      requests: [
        { operation: 'CreateEndpointConfig', body: asRecord(endpointConfigRequest({ name, tags }, spec)) },
        { operation: 'CreateEndpoint', body: asRecord(endpointRequest({ name, tags })) },
      ],
    }
  const { test, validation } = answered.images
  const images = [...test, ...(isTrainedOn({ spec }, 'validation') ? [] : validation)].sort((a, b) => a.id - b.id)
  const input = transformInput(spec.id, 1, {
    images,
    bucket: answered.bucket,
    location: dataset.record.location,
  })
  const { key } = bulkObject(id, input.name, new TextEncoder().encode(input.text))
  const request = transformJobRequest(
    { name, tags },
    {
      manifestUri: `s3://${bucket}/${key}`,
      outputUri: `s3://${bucket}/data/${id}/${input.outputs}`,
      instanceType: spec.endpoint.instanceTypes[0] ?? '',
      format: await recipe.inference(spec),
      mostBytes: input.mostBytes,
      maxConcurrency: spec.endpoint.maxConcurrency,
    },
  )
  return { kinds: ['transform-job'], requests: [{ operation: 'CreateTransformJob', body: asRecord(request) }] }
}
