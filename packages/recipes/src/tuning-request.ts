import type {
  CreateHyperParameterTuningJobCommandInput,
  CreateTrainingJobCommandInput,
  HyperParameterTuningJobConfig,
  HyperParameterTuningJobStrategyType,
  HyperParameterTuningJobWarmStartType,
} from '@aws-sdk/client-sagemaker'
import type { TuningSpec, WarmStart } from '@assay/contracts'
import { parameterRanges } from './parameter-ranges.ts'
import type { Objective } from './recipe.ts'
import { algorithm, capacity, type RequestContext } from './training-requests.ts'

export interface TuningContext {
  tuning: TuningSpec
  objective: Objective
  seed: number
  /** Names of the tuning jobs that a warm start learns from, in the order of the spec. */
  parents: readonly string[]
}

const STRATEGIES = {
  bayesian: 'Bayesian',
  random: 'Random',
  grid: 'Grid',
  hyperband: 'Hyperband',
} as const satisfies Record<TuningSpec['strategy'], HyperParameterTuningJobStrategyType>

const WARM_STARTS = {
  'identical-data-and-algorithm': 'IdenticalDataAndAlgorithm',
  'transfer-learning': 'TransferLearning',
} as const satisfies Record<WarmStart['mode'], HyperParameterTuningJobWarmStartType>

const completionCriteria = (
  criteria: TuningSpec['completeWhen'],
): Pick<HyperParameterTuningJobConfig, 'TuningJobCompletionCriteria'> => {
  if (!criteria) return {}
  const { objectiveReaches, notImprovingTrials, converged } = criteria
  return {
    TuningJobCompletionCriteria: {
      ...(objectiveReaches === undefined ? {} : { TargetObjectiveMetricValue: objectiveReaches }),
      ...(notImprovingTrials === undefined
        ? {}
        : { BestObjectiveNotImproving: { MaxNumberOfTrainingJobsNotImproving: notImprovingTrials } }),
      ...(converged === undefined
        ? {}
        : { ConvergenceDetected: { CompleteOnConvergence: converged ? ('Enabled' as const) : ('Disabled' as const) } }),
    },
  }
}

const warmStartConfig = (
  warmStart: WarmStart | undefined,
  parents: readonly string[],
): Pick<CreateHyperParameterTuningJobCommandInput, 'WarmStartConfig'> =>
  warmStart
    ? {
        WarmStartConfig: {
          WarmStartType: WARM_STARTS[warmStart.mode],
          ParentHyperParameterTuningJobs: parents.map((name) => ({ HyperParameterTuningJobName: name })),
        },
      }
    : {}

/** Body of CreateHyperParameterTuningJob. A tuned name must not be among the static ones as well. */
export const tuningJobRequest = (
  context: RequestContext,
  { tuning, objective, seed, parents }: TuningContext,
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
      ...(tuning.resource
        ? {
            StrategyConfig: {
              HyperbandStrategyConfig: { MinResource: tuning.resource.min, MaxResource: tuning.resource.max },
            },
          }
        : {}),
      HyperParameterTuningJobObjective: goal,
      ResourceLimits: { MaxNumberOfTrainingJobs: tuning.maxTrials, MaxParallelTrainingJobs: tuning.maxParallel },
      ParameterRanges: parameterRanges(tuning.ranges),
      TrainingJobEarlyStoppingType: tuning.earlyStopping ? 'Auto' : 'Off',
      ...completionCriteria(tuning.completeWhen),
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
    ...warmStartConfig(tuning.warmStart, parents),
    Tags: tags,
  }
}
