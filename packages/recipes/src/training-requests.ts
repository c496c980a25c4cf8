import type { CreateTrainingJobCommandInput, Tag } from '@aws-sdk/client-sagemaker'
import type { ApproachSpec } from '@assay/contracts'
import type { TrainingPlan } from './recipe.ts'

export interface RequestContext {
  name: string
  roleArn: string
  outputUri: string
  /** In order of preference, all for the plan's image. */
  instanceTypes: readonly string[]
  tags: Tag[]
  spec: ApproachSpec
  plan: TrainingPlan
  /** Where a spot training keeps its checkpoints; undefined where the recipe has none. */
  checkpointUri?: string
}

/** The image and what is read from its log. */
export const algorithm = ({ plan }: RequestContext) => ({
  TrainingImage: plan.image,
  TrainingInputMode: plan.inputMode,
  ...(plan.metricDefinitions ? { MetricDefinitions: plan.metricDefinitions } : {}),
})

/** On-demand capacity, or spare capacity with checkpoints: what a training job and a tuning job's definition share. */
export const capacity = ({ spec, checkpointUri }: RequestContext) => ({
  StoppingCondition: {
    MaxRuntimeInSeconds: spec.maxRunSeconds,
    ...(spec.spot ? { MaxWaitTimeInSeconds: spec.spot.maxWaitSeconds } : {}),
  },
  ...(spec.spot ? { EnableManagedSpotTraining: true } : {}),
  ...(spec.spot && checkpointUri !== undefined ? { CheckpointConfig: { S3Uri: checkpointUri } } : {}),
})

/** Body of CreateTrainingJob. Several instance types become an ordered preference, from which SageMaker takes the first with capacity; spot training takes one type only. */
export const trainingJobRequest = (context: RequestContext): CreateTrainingJobCommandInput => {
  const { name, roleArn, outputUri, instanceTypes, tags, spec, plan } = context
  const [first] = instanceTypes
  return {
    TrainingJobName: name,
    RoleArn: roleArn,
    AlgorithmSpecification: algorithm(context),
    HyperParameters: plan.hyperparameters,
    InputDataConfig: plan.channels,
    OutputDataConfig: { S3OutputPath: outputUri },
    ResourceConfig: {
      VolumeSizeInGB: spec.volumeGb,
      ...(instanceTypes.length === 1
        ? {
            InstanceType: first as NonNullable<CreateTrainingJobCommandInput['ResourceConfig']>['InstanceType'],
            InstanceCount: 1,
          }
        : { InstancePreferences: instanceTypes.map((type) => ({ InstanceType: type, InstanceCount: 1 })) }),
    } as CreateTrainingJobCommandInput['ResourceConfig'],
    ...capacity(context),
    EnableNetworkIsolation: plan.networkIsolation,
    ...(plan.environment ? { Environment: plan.environment } : {}),
    Tags: tags,
  }
}
