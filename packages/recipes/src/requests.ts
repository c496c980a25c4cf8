import type {
  CreateHyperParameterTuningJobCommandInput,
  CreateTrainingJobCommandInput,
  HyperParameterScalingType,
  HyperParameterTuningJobStrategyType,
  ParameterRanges,
  Tag,
} from '@aws-sdk/client-sagemaker'
import type { ApproachSpec, TuningSpec } from '@assay/contracts'
import type { Objective, TrainingPlan } from './recipe.ts'

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

const algorithm = ({ plan }: RequestContext) => ({
  TrainingImage: plan.image,
  TrainingInputMode: plan.inputMode,
  ...(plan.metricDefinitions ? { MetricDefinitions: plan.metricDefinitions } : {}),
})

/** On-demand capacity, or spare capacity with checkpoints: what a training job and a tuning job's definition share. */
const capacity = ({ spec, checkpointUri }: RequestContext) => ({
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

const SCALES = {
  auto: 'Auto',
  linear: 'Linear',
  logarithmic: 'Logarithmic',
  'reverse-logarithmic': 'ReverseLogarithmic',
} as const satisfies Record<string, HyperParameterScalingType>

const STRATEGIES = {
  bayesian: 'Bayesian',
  random: 'Random',
  grid: 'Grid',
  hyperband: 'Hyperband',
} as const satisfies Record<TuningSpec['strategy'], HyperParameterTuningJobStrategyType>

const parameterRanges = (ranges: TuningSpec['ranges']): ParameterRanges => {
  const result = {
    ContinuousParameterRanges: [],
    IntegerParameterRanges: [],
    CategoricalParameterRanges: [],
  } as Required<
    Pick<ParameterRanges, 'ContinuousParameterRanges' | 'IntegerParameterRanges' | 'CategoricalParameterRanges'>
  >
  for (const [Name, range] of Object.entries(ranges)) {
    if (range.type === 'categorical') {
      result.CategoricalParameterRanges?.push({ Name, Values: range.values })
      continue
    }
    const numeric = { Name, MinValue: String(range.min), MaxValue: String(range.max), ScalingType: SCALES[range.scale] }
    if (range.type === 'integer') result.IntegerParameterRanges?.push(numeric)
    else result.ContinuousParameterRanges?.push(numeric)
  }
  return result
}

/** Body of CreateHyperParameterTuningJob. A tuned name must not be among the static ones as well. */
export const tuningJobRequest = (
  context: RequestContext,
  tuning: TuningSpec,
  objective: Objective,
  seed: number,
): CreateHyperParameterTuningJobCommandInput => {
  const { name, roleArn, outputUri, instanceTypes, tags, spec, plan } = context
  const fixed = Object.fromEntries(Object.entries(plan.hyperparameters).filter(([key]) => !(key in tuning.ranges)))
  const goal = {
    Type: objective.direction === 'maximize' ? ('Maximize' as const) : ('Minimize' as const),
    MetricName: objective.metric,
  }
  const [first] = instanceTypes
  return {
    HyperParameterTuningJobName: name,
    HyperParameterTuningJobConfig: {
      Strategy: STRATEGIES[tuning.strategy],
      HyperParameterTuningJobObjective: goal,
      ResourceLimits: { MaxNumberOfTrainingJobs: tuning.maxTrials, MaxParallelTrainingJobs: tuning.maxParallel },
      ParameterRanges: parameterRanges(tuning.ranges),
      TrainingJobEarlyStoppingType: tuning.earlyStopping ? 'Auto' : 'Off',
      RandomSeed: seed,
    },
    TrainingJobDefinition: {
      StaticHyperParameters: fixed,
      AlgorithmSpecification: algorithm(context),
      RoleArn: roleArn,
      InputDataConfig: plan.channels,
      OutputDataConfig: { S3OutputPath: outputUri },
      ...capacity(context),
      EnableNetworkIsolation: plan.networkIsolation,
      ...(plan.environment ? { Environment: plan.environment } : {}),
      ...(instanceTypes.length === 1
        ? {
            ResourceConfig: {
              InstanceType: first as NonNullable<CreateTrainingJobCommandInput['ResourceConfig']>['InstanceType'],
              InstanceCount: 1,
              VolumeSizeInGB: spec.volumeGb,
            },
          }
        : {
            HyperParameterTuningResourceConfig: {
              AllocationStrategy: 'Prioritized' as const,
              InstanceConfigs: instanceTypes.map((type) => ({
                InstanceType: type as NonNullable<CreateTrainingJobCommandInput['ResourceConfig']>['InstanceType'],
                InstanceCount: 1,
                VolumeSizeInGB: spec.volumeGb,
              })),
            },
          }),
    },
    Tags: tags,
  }
}
