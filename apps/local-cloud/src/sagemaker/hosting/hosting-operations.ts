import type { CreateEndpointConfigInput, CreateEndpointInput, CreateModelInput } from '@aws-sdk/client-sagemaker'
import type { UpdateEndpointInput, UpdateEndpointWeightsAndCapacitiesInput } from '@aws-sdk/client-sagemaker'
import { type Fields, textOf, type Wire } from '../../wire.ts'
import { createLister } from '../listing.ts'
import type { EndpointConfigService } from './endpoint-config-service.ts'
import type { EndpointService } from './endpoint-service.ts'
import type { ModelService } from './model-service.ts'

const done = {}
const newestFirst = { SortOrder: 'Descending' }

export const createHostingOperations = (
  models: ModelService,
  configs: EndpointConfigService,
  endpoints: EndpointService,
) => {
  const listModels = createLister(
    models.table,
    ({ ModelName, CreationTime }) => ({
      name: ModelName,
      createdAt: CreationTime,
      modifiedAt: CreationTime,
      status: '',
    }),
    newestFirst,
  )
  const listConfigs = createLister(
    configs.table,
    ({ EndpointConfigName, CreationTime }) => ({
      name: EndpointConfigName,
      createdAt: CreationTime,
      modifiedAt: CreationTime,
      status: '',
    }),
    newestFirst,
  )
  const listEndpoints = createLister(
    endpoints.table,
    ({ endpoint }) => ({
      name: endpoint.EndpointName,
      createdAt: endpoint.CreationTime,
      modifiedAt: endpoint.LastModifiedTime,
      status: endpoint.EndpointStatus,
    }),
    newestFirst,
  )
  return {
    CreateModel: async (input: Fields) => ({
      ModelArn: await models.create(input as unknown as Wire<CreateModelInput>),
    }),
    DescribeModel: (input: Fields) => models.get(textOf(input, 'ModelName')),
    DeleteModel: (input: Fields) => {
      models.delete(textOf(input, 'ModelName'))
      return done
    },
    ListModels: (input: Fields) => {
      const { items, NextToken } = listModels(input)
      return {
        Models: items.map(({ ModelName, ModelArn, CreationTime }) => ({ ModelName, ModelArn, CreationTime })),
        NextToken,
      }
    },

    CreateEndpointConfig: (input: Fields) => ({
      EndpointConfigArn: configs.create(input as unknown as Wire<CreateEndpointConfigInput>),
    }),
    DescribeEndpointConfig: (input: Fields) => configs.get(textOf(input, 'EndpointConfigName')),
    DeleteEndpointConfig: (input: Fields) => {
      configs.delete(textOf(input, 'EndpointConfigName'))
      return done
    },
    ListEndpointConfigs: (input: Fields) => {
      const { items, NextToken } = listConfigs(input)
      return {
        EndpointConfigs: items.map(({ EndpointConfigName, EndpointConfigArn, CreationTime }) => ({
          EndpointConfigName,
          EndpointConfigArn,
          CreationTime,
        })),
        NextToken,
      }
    },

    CreateEndpoint: (input: Fields) => ({
      EndpointArn: endpoints.create(input as unknown as Wire<CreateEndpointInput>),
    }),
    DescribeEndpoint: (input: Fields) => endpoints.get(textOf(input, 'EndpointName')).endpoint,
    UpdateEndpoint: (input: Fields) => ({
      EndpointArn: endpoints.update(input as unknown as Wire<UpdateEndpointInput>),
    }),
    UpdateEndpointWeightsAndCapacities: (input: Fields) => ({
      EndpointArn: endpoints.changeWeights(input as unknown as Wire<UpdateEndpointWeightsAndCapacitiesInput>),
    }),
    DeleteEndpoint: (input: Fields) => {
      endpoints.delete(textOf(input, 'EndpointName'))
      return done
    },
    ListEndpoints: (input: Fields) => {
      const { items, NextToken } = listEndpoints(input)
      return {
        Endpoints: items.map(
          ({ endpoint: { EndpointName, EndpointArn, CreationTime, LastModifiedTime, EndpointStatus } }) => ({
            EndpointName,
            EndpointArn,
            CreationTime,
            LastModifiedTime,
            EndpointStatus,
          }),
        ),
        NextToken,
      }
    },
  }
}
