import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker'
import {
  type CloudClients,
  createOnce,
  endpointWait,
  isCapacityFailure,
  resourceName,
  resourceTags,
} from '@assay/cloud'
import type { Intent } from '@assay/contracts'
import type { Ledger } from '@assay/ledger'
import { InstancesRefused, later, PermanentError, type StageHandler, type Timing } from '@assay/pipeline'
import {
  endpointConfigRequest,
  endpointRequest,
  modelRequest,
  type PlannedRepack,
  recipeOf,
  type Recipes,
} from '@assay/recipes'

export interface DeployDeps {
  clients: Pick<CloudClients, 'sagemaker' | 'sagemakerOnce'>
  ledger: Pick<Ledger, 'recordIntent' | 'isStopped'>
  recipes: Recipes
  timing: Timing
  /** Makes the model.tar.gz that a hosting plan asks for, unless it is there. */
  repack: (plan: PlannedRepack) => Promise<void>
  roleArn: string
}

/** The type that serves: that of the pool with an instance, else the only one that was asked for. */
const servingType = ({ ProductionVariants = [] }: DescribeEndpointCommandOutput, [first = '']: readonly string[]) =>
  ProductionVariants[0]?.InstancePools?.find(({ CurrentInstanceCount = 0 }) => CurrentInstanceCount > 0)
    ?.InstanceType ?? first

/** Model, endpoint configuration, endpoint: each made once, then waited for until it is in service. */
export const createDeploy =
  ({ clients, ledger, recipes, timing, repack, roleArn }: DeployDeps): StageHandler<'deploy'> =>
  async ({ experiment, approach }, { log }) => {
    const { sagemaker, sagemakerOnce } = clients
    const { id: experimentId, installation, specSha256 } = experiment
    const { id: approachId, attempt, spec, train, intents } = approach
    const modelArtifact = train?.output?.modelArtifact
    if (modelArtifact === undefined)
      throw new PermanentError('no_model', `approach ${approachId} has no model to deploy`)
    const name = resourceName(experimentId, approach.index, attempt)
    const named = { name, tags: resourceTags({ installation, experimentId, approachId, attempt, specSha256 }) }
    const guards = (kind: Intent['kind']) => ({
      sagemaker,
      name,
      specSha256,
      recordIntent: async () =>
        intents.some((intent) => intent.kind === kind) ||
        ledger.recordIntent(experimentId, approachId, attempt, { kind, name }),
      isStopped: () => ledger.isStopped(experimentId, approachId, attempt),
    })

    // Each step runs only until the next one's intent exists, so that a look at the endpoint costs one call.
    const has = (kind: Intent['kind']) => intents.some((intent) => intent.kind === kind)
    if (!has('endpoint-config'))
      await createOnce({
        ...guards('model'),
        describe: () => sagemaker.send(new DescribeModelCommand({ ModelName: name })),
        arnOf: ({ ModelArn }) => ModelArn,
        create: async () => {
          const { container, repack: planned } = await recipeOf(recipes, spec).host(spec, {
            experimentId,
            modelArtifact,
          })
          if (planned) await repack(planned)
          return sagemakerOnce.send(new CreateModelCommand(modelRequest(named, { roleArn, container })))
        },
        undo: () => sagemaker.send(new DeleteModelCommand({ ModelName: name })),
      })
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
          'endpoint_failed',
          `endpoint ${name} is ${endpoint.EndpointStatus}: ${endpoint.FailureReason ?? 'no reason given'}`,
        )
      default:
        return later({
          afterMs: timing.endpointPollMs,
          reason: `endpoint ${name}: ${endpoint.EndpointStatus}`,
          cloud: endpointWait(endpoint),
        })
    }
  }
