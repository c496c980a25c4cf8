import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  type SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopTrainingJobCommand,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker'
import { isNotFound, isStateConflict } from '@assay/cloud'
import type { Intent } from '@assay/contracts'

const removals: Record<Intent['kind'], (client: SageMakerClient, name: string) => Promise<unknown>> = {
  endpoint: (client, name) => client.send(new DeleteEndpointCommand({ EndpointName: name })),
  'endpoint-config': (client, name) => client.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })),
  model: (client, name) => client.send(new DeleteModelCommand({ ModelName: name })),
  'training-job': (client, name) => client.send(new StopTrainingJobCommand({ TrainingJobName: name })),
  'tuning-job': (client, name) =>
    client.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name })),
  'transform-job': (client, name) => client.send(new StopTransformJobCommand({ TransformJobName: name })),
}

/** Deletes it, or stops it where it is a job. `pending`: the cloud refuses just now, for it is still being made or has ended; that is no error. */
export const removeResource = async (
  client: SageMakerClient,
  { kind, name }: { kind: Intent['kind']; name: string },
): Promise<'removed' | 'pending'> => {
  try {
    await removals[kind](client, name)
    return 'removed'
  } catch (error) {
    if (isNotFound(error)) return 'removed'
    if (isStateConflict(error)) return 'pending'
    throw error
  }
}
