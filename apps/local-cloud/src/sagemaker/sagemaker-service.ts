import type { JsonService } from '../server/json-protocol.ts'
import type { Fields } from '../wire.ts'
import type { CloudContext } from './context.ts'
import { type EndpointConfigService, createEndpointConfigService } from './hosting/endpoint-config-service.ts'
import { createEndpointService, type EndpointService } from './hosting/endpoint-service.ts'
import { createModelService, type ModelService } from './hosting/model-service.ts'
import { createHostingOperations } from './hosting/hosting-operations.ts'
import { createTagOperations } from './tags.ts'
import { createTrainingOperations } from './training/training-operations.ts'
import { createTrainingService, type TrainingService } from './training/training-service.ts'
import { createTransformOperations } from './transform/transform-operations.ts'
import { createTransformService, type TransformService } from './transform/transform-service.ts'
import { createTuningOperations } from './tuning-jobs/tuning-operations.ts'
import { createTuningService, type TuningService } from './tuning-jobs/tuning-service.ts'

/** SageMaker: the resources and the operations on them. */
export interface SageMaker extends JsonService {
  training: TrainingService
  tuning: TuningService
  models: ModelService
  configs: EndpointConfigService
  endpoints: EndpointService
  transform: TransformService
  /** Takes up what the former life left running. */
  resume(): void
  close(): Promise<void>
}

export const createSageMaker = (
  context: CloudContext,
  validate: (operation: string, input: Fields) => void,
): SageMaker => {
  const training = createTrainingService(context)
  const tuning = createTuningService(context, training)
  const models = createModelService(context)
  const configs = createEndpointConfigService(context, models)
  const endpoints = createEndpointService(context, configs, models)

  const transform = createTransformService(context, models)

  const tables: Record<string, { has(key: string): boolean }> = {
    'training-job': training.table,
    'hyper-parameter-tuning-job': tuning.table,
    model: models.table,
    'endpoint-config': configs.table,
    endpoint: endpoints.table,
    'transform-job': transform.table,
  }
  const exists = (arn: string): boolean => {
    const [, kind, name] = /:sagemaker:[^:]*:\d*:([^/]+)\/(.+)$/.exec(arn) ?? []
    return kind !== undefined && name !== undefined && (tables[kind]?.has(name) ?? false)
  }

  return {
    name: 'sagemaker',
    validate,
    operations: {
      ...createTrainingOperations(training),
      ...createTuningOperations(tuning),
      ...createHostingOperations(models, configs, endpoints),
      ...createTransformOperations(transform),
      ...createTagOperations(context.tags, exists),
    },
    training,
    tuning,
    models,
    configs,
    endpoints,
    transform,
    resume: () => {
      training.resume()
      tuning.resume()
      endpoints.resume()
      transform.resume()
    },
    close: async () => {
      await tuning.close()
      await training.close()
      await transform.close()
      await endpoints.close()
      models.close()
      configs.close()
      context.tags.close()
      context.usage.close()
    },
  }
}
