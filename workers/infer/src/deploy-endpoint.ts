import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
} from '@aws-sdk/client-sagemaker'
import { createOnce, endpointWait, isCapacityFailure, isCloudFailure } from '@assay/cloud'
import type { DeployOutput } from '@assay/contracts'
import { InstancesRefused, type Later, later, type Log, PermanentError } from '@assay/pipeline'
import { endpointConfigRequest, endpointRequest } from '@assay/recipes'
import type { DeployDeps, Deployment } from './deployment.ts'
import { ensureModel } from './ensure-model.ts'

/** The type that serves: that of the pool with an instance, else the only one that was asked for. */
const servingType = ({ ProductionVariants = [] }: DescribeEndpointCommandOutput, [first = '']: readonly string[]) =>
  ProductionVariants[0]?.InstancePools?.find(({ CurrentInstanceCount = 0 }) => CurrentInstanceCount > 0)
    ?.InstanceType ?? first

/** Model, endpoint configuration, endpoint: each made once, then waited for until it is in service. */
export const deployEndpoint = async (
  deps: DeployDeps,
  deployment: Deployment,
  log: Log,
): Promise<DeployOutput | Later> => {
  const { sagemaker, sagemakerOnce } = deps.clients
  const { name, named, spec, has, guards } = deployment
  // Each step runs only until the next one's intent exists, so that a look at the endpoint costs one call.
  if (!has('endpoint-config')) await ensureModel(deps, deployment)
  if (!has('endpoint'))
    await createOnce({
      ...guards('endpoint-config'),
      describe: () => sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
      arnOf: ({ EndpointConfigArn }) => EndpointConfigArn,
      create: () => sagemakerOnce.send(new CreateEndpointConfigCommand(endpointConfigRequest(named, spec))),
      undo: () => sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })),
    })
  const endpoint = await createOnce({
    ...guards('endpoint'),
    describe: () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
    arnOf: ({ EndpointArn }) => EndpointArn,
    create: async () => {
      await sagemakerOnce.send(new CreateEndpointCommand(endpointRequest(named)))
      log.info({ endpoint: name }, 'endpoint created')
    },
    undo: () => sagemaker.send(new DeleteEndpointCommand({ EndpointName: name })),
  })
  switch (endpoint.EndpointStatus) {
    case 'InService':
      return {
        endpointName: name,
        instanceType: servingType(endpoint, spec.endpoint.instanceTypes),
        instanceCount: 1,
        createdAt: (endpoint.CreationTime ?? new Date()).toISOString(),
        inServiceAt: (endpoint.LastModifiedTime ?? new Date()).toISOString(),
      }
    case 'Failed':
    case 'OutOfService':
    case 'Deleting':
      if (isCapacityFailure(endpoint.FailureReason))
        throw new InstancesRefused(
          'no_capacity',
          `endpoint ${name} got no instance of ${spec.endpoint.instanceTypes.join(' or ')}: ${endpoint.FailureReason}`,
        )
      throw new PermanentError(
        isCloudFailure(endpoint.FailureReason) ? 'cloud_failed' : 'endpoint_failed',
        `endpoint ${name} is ${endpoint.EndpointStatus}: ${endpoint.FailureReason ?? 'no reason given'}`,
      )
    default:
      return later({
        afterMs: deps.timing.endpointPollMs,
        reason: `endpoint ${name}: ${endpoint.EndpointStatus}`,
        cloud: endpointWait(endpoint),
      })
  }
}
