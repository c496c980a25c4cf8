import type { DescribeEndpointOutput, ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker'
import type { Wire } from '../../wire.ts'
import { artifactOf, containerOf, type ModelService } from './model-service.ts'
import type { EndpointConfig } from './endpoint-config-service.ts'

export type Endpoint = Wire<DescribeEndpointOutput>

/** What a variant runs, as it was when the endpoint was made: its model and configuration may be deleted meanwhile. */
export interface DeployedVariant {
  name: string
  image: string
  artifact: { uri: string; packed: boolean } | undefined
  environment: Record<string, string>
  weight: number
  instanceCount: number
  instanceType: string | undefined
  /** The types of its pools, where it has pools. */
  pools?: (string | undefined)[]
  healthCheckTimeoutSeconds: number
}

export interface EndpointRecord {
  endpoint: Endpoint
  variants: DeployedVariant[]
  /** Grows with every deployment; names its folder. */
  generation: number
}

/** A variant's instance type: its own, or the first of its pools that can be had. Undefined where none can. */
const instanceOf = (
  variant: NonNullable<EndpointConfig['ProductionVariants']>[number],
  withoutCapacity: readonly string[],
): string | undefined => {
  const types = variant.InstancePools
    ? variant.InstancePools.toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0)).map(
        ({ InstanceType }) => InstanceType,
      )
    : [variant.InstanceType]
  return types.find((type) => type !== undefined && !withoutCapacity.includes(type))
}

/** What a configuration deploys. */
export const deployedVariants = (
  config: EndpointConfig,
  models: ModelService,
  withoutCapacity: readonly string[],
): DeployedVariant[] =>
  (config.ProductionVariants ?? []).map((variant) => {
    const container = containerOf(models.get(variant.ModelName ?? ''))
    return {
      name: variant.VariantName,
      image: container?.Image ?? '',
      artifact: container && artifactOf(container),
      environment: container?.Environment ?? {},
      weight: variant.InitialVariantWeight ?? 1,
      instanceCount: variant.InitialInstanceCount ?? 1,
      instanceType: variant.ServerlessConfig ? 'serverless' : instanceOf(variant, withoutCapacity),
      ...(variant.InstancePools && { pools: variant.InstancePools.map(({ InstanceType }) => InstanceType) }),
      healthCheckTimeoutSeconds: variant.ContainerStartupHealthCheckTimeoutInSeconds ?? 240,
    }
  })

/** Variants as DescribeEndpoint has them. */
export const variantSummaries = (variants: DeployedVariant[]): NonNullable<Endpoint['ProductionVariants']> =>
  variants.map(({ name, image, weight, instanceCount, instanceType, pools }) => ({
    VariantName: name,
    DeployedImages: [{ SpecifiedImage: image, ResolvedImage: image }],
    CurrentWeight: weight,
    DesiredWeight: weight,
    CurrentInstanceCount: instanceCount,
    DesiredInstanceCount: instanceCount,
    ...(pools && {
      InstancePools: pools.map((type) => ({
        InstanceType: type as ProductionVariantInstanceType,
        CurrentInstanceCount: type === instanceType ? instanceCount : 0,
      })),
    }),
  }))
