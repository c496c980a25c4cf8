import { join } from 'node:path'
import type { CreateEndpointConfigInput, DescribeEndpointConfigOutput } from '@aws-sdk/client-sagemaker'
import { validationError } from '../../aws-error.ts'
import { openTable, type Table } from '../../state/table.ts'
import type { Wire } from '../../wire.ts'
import { arnOf, type CloudContext } from '../context.ts'
import type { ModelService } from './model-service.ts'

export type EndpointConfig = Wire<DescribeEndpointConfigOutput>

export interface EndpointConfigService {
  table: Table<EndpointConfig>
  create(input: Wire<CreateEndpointConfigInput>): string
  get(name: string): EndpointConfig
  delete(name: string): void
  close(): void
}

export const createEndpointConfigService = (context: CloudContext, models: ModelService): EndpointConfigService => {
  const { clock, tags } = context
  const table = openTable<EndpointConfig>(join(context.dataDir, 'endpoint-configs.jsonl'))
  const arn = (name: string) => arnOf(context, 'endpoint-config', name)
  const get = (name: string): EndpointConfig => {
    const config = table.get(name.toLowerCase())
    if (!config) throw validationError(`Could not find endpoint configuration "${arn(name)}".`)
    return config
  }

  return {
    table,
    get,
    create: (input) => {
      const name = input.EndpointConfigName
      if (table.has(name.toLowerCase()))
        throw validationError(`Cannot create already existing endpoint configuration "${arn(name)}".`)
      if (input.ShadowProductionVariants) throw validationError('The local cloud does not support shadow variants')
      const names = new Set<string>()
      for (const variant of input.ProductionVariants) {
        if (names.has(variant.VariantName))
          throw validationError(`Production variant names must be unique, ${variant.VariantName} is not`)
        names.add(variant.VariantName)
        if (variant.ModelName === undefined)
          throw validationError(
            `The local cloud does not support inference components; variant ${variant.VariantName} has no ModelName`,
          )
        models.get(variant.ModelName)
        if (!variant.ServerlessConfig && !variant.InstanceType && !variant.InstancePools)
          throw validationError(`The variant ${variant.VariantName} has no InstanceType`)
      }
      const { Tags, ...rest } = input
      const config: EndpointConfig = {
        ...rest,
        ProductionVariants: input.ProductionVariants.map((variant) => ({ InitialVariantWeight: 1, ...variant })),
        EndpointConfigArn: arn(name),
        CreationTime: clock.stamp(),
      }
      tags.add(config.EndpointConfigArn, Tags ?? [])
      table.set(name.toLowerCase(), config)
      return config.EndpointConfigArn
    },
    delete: (name) => {
      const { EndpointConfigArn } = get(name)
      table.delete(name.toLowerCase())
      tags.drop(EndpointConfigArn)
    },
    close: () => table.close(),
  }
}
