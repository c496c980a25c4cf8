import type {
  ContainerDefinition,
  CreateEndpointCommandInput,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
  ProductionVariant,
  ProductionVariantInstanceType,
  Tag,
} from '@aws-sdk/client-sagemaker'
import type { ApproachSpec } from '@assay/contracts'

export interface HostingContext {
  /** One name for model, configuration and endpoint. */
  name: string
  tags: Tag[]
}

/** Body of CreateModel. */
export const modelRequest = (
  { name, tags }: HostingContext,
  { roleArn, container }: { roleArn: string; container: ContainerDefinition },
): CreateModelCommandInput => ({
  ModelName: name,
  ExecutionRoleArn: roleArn,
  PrimaryContainer: container,
  Tags: tags,
})

/** Several instance types become pools by priority, from which SageMaker takes the first with capacity. */
const instancesOf = (instanceTypes: readonly string[]): Pick<ProductionVariant, 'InstanceType' | 'InstancePools'> => {
  const [first, ...others] = instanceTypes as ProductionVariantInstanceType[]
  return first === undefined || others.length === 0
    ? { InstanceType: first }
    : { InstancePools: [first, ...others].map((InstanceType, index) => ({ InstanceType, Priority: index + 1 })) }
}

/** Body of CreateEndpointConfig: one instance, since an experiment measures a model, not a fleet. */
export const endpointConfigRequest = (
  { name, tags }: HostingContext,
  { endpoint }: Pick<ApproachSpec, 'endpoint'>,
): CreateEndpointConfigCommandInput => ({
  EndpointConfigName: name,
  ProductionVariants: [
    {
      VariantName: 'all',
      ModelName: name,
      InitialInstanceCount: 1,
      ...instancesOf(endpoint.instanceTypes),
    },
  ],
  Tags: tags,
})

/** Body of CreateEndpoint. */
export const endpointRequest = ({ name, tags }: HostingContext): CreateEndpointCommandInput => ({
  EndpointName: name,
  EndpointConfigName: name,
  Tags: tags,
})
