import { createHash } from 'node:crypto'
import type { Tag } from '../tags.ts'
import type { CreateTrainingJobInput } from '../training/training-service.ts'
import {
  definitionsOf,
  objectiveOf,
  type PlannedTrial,
  type TrainingDefinition,
  type TuningJob,
  type TuningRequest,
} from './tuning-record.ts'

/** Names of hyperparameters that say for how many epochs an algorithm trains; Hyperband sets them. */
const epochNames = ['epochs', 'numepochs', 'n-epochs', 'n_epochs', 'num_epochs']

/** `<tuning job>-NNN-<8 hex>`, the same for the same job and number. */
export const trialName = ({ HyperParameterTuningJobName: name, CreationTime }: TuningJob, index: number): string =>
  `${name}-${String(index + 1).padStart(3, '0')}-${createHash('sha256').update(`${name}\n${CreationTime}\n${index}`).digest('hex').slice(0, 8)}`

/** The hyperparameter by which a definition says how many epochs to train, if it has one. */
export const epochsParameter = (definition: TrainingDefinition): string | undefined =>
  epochNames.find((name) => Object.hasOwn(definition.StaticHyperParameters ?? {}, name))

/** The instance types a definition's trials may take, in order of preference. */
const resourcesOf = (
  definition: TrainingDefinition,
  withoutCapacity: readonly string[],
): CreateTrainingJobInput['ResourceConfig'] => {
  const tuning = definition.HyperParameterTuningResourceConfig
  if (!tuning) return definition.ResourceConfig
  const volume = tuning.VolumeSizeInGB
  const chosen =
    tuning.InstanceConfigs?.find(({ InstanceType }) => !withoutCapacity.includes(InstanceType)) ??
    tuning.InstanceConfigs?.[0] ??
    tuning
  return {
    InstanceType: chosen.InstanceType,
    InstanceCount: chosen.InstanceCount ?? 1,
    VolumeSizeInGB: chosen.VolumeSizeInGB ?? volume,
    VolumeKmsKeyId: tuning.VolumeKmsKeyId,
  }
}

/** The CreateTrainingJob request of a trial. */
export const trialRequest = (
  job: TuningRequest,
  { trainingJobName, definition: index, values, epochs }: PlannedTrial,
  tags: Tag[],
  withoutCapacity: readonly string[],
): CreateTrainingJobInput => {
  const definition = definitionsOf(job)[index]
  if (!definition) throw new Error(`the tuning job has no definition ${index}`)
  const epochsName = epochsParameter(definition)
  return {
    TrainingJobName: trainingJobName,
    AlgorithmSpecification: definition.AlgorithmSpecification,
    HyperParameters: {
      ...definition.StaticHyperParameters,
      ...(epochs !== undefined && epochsName !== undefined && { [epochsName]: String(epochs) }),
      ...values,
      _tuning_objective_metric: objectiveOf(job, definition).MetricName,
    },
    RoleArn: definition.RoleArn,
    InputDataConfig: definition.InputDataConfig,
    OutputDataConfig: definition.OutputDataConfig,
    ResourceConfig: resourcesOf(definition, withoutCapacity),
    StoppingCondition: definition.StoppingCondition,
    VpcConfig: definition.VpcConfig,
    EnableNetworkIsolation: definition.EnableNetworkIsolation,
    EnableInterContainerTrafficEncryption: definition.EnableInterContainerTrafficEncryption,
    EnableManagedSpotTraining: definition.EnableManagedSpotTraining,
    CheckpointConfig: definition.CheckpointConfig && {
      ...definition.CheckpointConfig,
      // Trials share the definition; each gets a folder of its own below its checkpoint prefix.
      S3Uri: `${definition.CheckpointConfig.S3Uri.replace(/\/+$/, '')}/${trainingJobName}`,
    },
    RetryStrategy: definition.RetryStrategy,
    Environment: definition.Environment,
    Tags: tags.length > 0 ? tags : undefined,
  }
}
