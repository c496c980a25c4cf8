import { validationError } from '../../aws-error.ts'
import { type Dimension, type ParameterRanges, parseRanges } from '../../tuning/dimension.ts'
import { gridSize } from '../../tuning/grid-search.ts'
import type { TrainingService } from '../training/training-service.ts'
import { epochsParameter, trialRequest } from './trial-request.ts'
import {
  type CreateTuningJobInput,
  definitionsOf,
  objectiveOf,
  type TrainingDefinition,
  type TuningRequest,
} from './tuning-record.ts'

/** What the search finds wrong is the caller's fault. */
const orValidationError = <T>(run: () => T): T => {
  try {
    return run()
  } catch (error) {
    throw error instanceof RangeError ? validationError(error.message) : error
  }
}

const dimensionsOf = (ranges: ParameterRanges | undefined): Dimension[] =>
  orValidationError(() => parseRanges(ranges ?? {}))

/** The ranges of each definition: its own, or the tuning job's. */
export const rangesByDefinition = (job: TuningRequest) =>
  definitionsOf(job).map((definition) =>
    dimensionsOf(definition.HyperParameterRanges ?? job.HyperParameterTuningJobConfig.ParameterRanges),
  )

/** Longest that Hyperband lets a trial train, in epochs. */
const mostEpochs = 20_000
/** Hyperparameters of a trial in all, with the name of the objective, which the service adds. */
const mostHyperparameters = 100

const refuseUnsupported = (input: CreateTuningJobInput) => {
  if (input.Autotune) throw validationError('The local cloud does not support Autotune')
  const ranges = [
    input.HyperParameterTuningJobConfig.ParameterRanges,
    ...definitionsOf(input).map(({ HyperParameterRanges }) => HyperParameterRanges),
  ]
  if (ranges.some((range) => range?.AutoParameters?.length))
    throw validationError('The local cloud does not support AutoParameters')
}

const checkHyperparameters = ({ StaticHyperParameters = {} }: TrainingDefinition, dimensions: Dimension[]) => {
  if (dimensions.length === 0) throw validationError('At least one hyperparameter to tune is required')
  const both = dimensions.find(({ name }) => Object.hasOwn(StaticHyperParameters, name))
  if (both) throw validationError(`The hyperparameter ${both.name} is both static and tuned`)
  const count = dimensions.length + Object.keys(StaticHyperParameters).length + 1
  if (count > mostHyperparameters)
    throw validationError(
      `A trial has at most ${mostHyperparameters} hyperparameters, static, tuned and the name of the objective; ${count} were given`,
    )
}

const checkGrid = (dimensions: Dimension[], most: number | undefined) => {
  const size = orValidationError(() => gridSize(dimensions))
  if (most !== undefined && most !== size)
    throw validationError(`MaxNumberOfTrainingJobs must be absent or ${size}, the number of combinations of the grid`)
}

const checkHyperband = (
  config: CreateTuningJobInput['HyperParameterTuningJobConfig'],
  definition: TrainingDefinition,
) => {
  if (config.TrainingJobEarlyStoppingType === 'Auto')
    throw validationError('TrainingJobEarlyStoppingType must be Off for the Hyperband strategy')
  const epochs = epochsParameter(definition)
  if (epochs === undefined)
    throw validationError('Hyperband needs a static hyperparameter that gives the number of epochs')
  const { MinResource = 1, MaxResource = Number(definition.StaticHyperParameters?.[epochs]) } =
    config.StrategyConfig?.HyperbandStrategyConfig ?? {}
  if (!Number.isInteger(MaxResource) || MaxResource < MinResource || MaxResource > mostEpochs)
    throw validationError(
      `Hyperband needs a MaxResource, or ${epochs}, of ${MinResource} (MinResource) to ${mostEpochs} epochs, not ${MaxResource}`,
    )
}

/** Refuses what CreateHyperParameterTuningJob refuses beyond the model: what is wrong with the search, and what every trial would be refused for. Throws an AwsError. */
export const checkTuningRequest = async (
  training: TrainingService,
  withoutCapacity: readonly string[],
  input: CreateTuningJobInput,
) => {
  const config = input.HyperParameterTuningJobConfig
  const definitions = definitionsOf(input)
  if (definitions.length === 0 || (input.TrainingJobDefinition && input.TrainingJobDefinitions))
    throw validationError('Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be given')
  refuseUnsupported(input)
  const ranges = rangesByDefinition(input)
  for (const [index, definition] of definitions.entries()) {
    const dimensions = ranges[index] ?? []
    checkHyperparameters(definition, dimensions)
    if (config.Strategy === 'Grid') checkGrid(dimensions, config.ResourceLimits.MaxNumberOfTrainingJobs)
    if (config.Strategy === 'Hyperband') checkHyperband(config, definition)
    if (definition.ResourceConfig && definition.HyperParameterTuningResourceConfig)
      throw validationError('ResourceConfig and HyperParameterTuningResourceConfig exclude each other')
    const { MetricName } = objectiveOf(input, definition)
    if (!MetricName) throw validationError('A tuning objective is required')
    const trial = { trainingJobName: input.HyperParameterTuningJobName, definition: index, values: {} }
    const program = await training.check(
      trialRequest(input, trial, [], withoutCapacity),
      config.ResourceLimits.MaxParallelTrainingJobs,
    )
    const known = [...(definition.AlgorithmSpecification.MetricDefinitions ?? []), ...(program.metrics ?? [])]
    if (!program.scripted && !known.some(({ Name }) => Name === MetricName))
      throw validationError(
        `The objective metric ${MetricName} is not among the metrics of the training job definition`,
      )
  }
}
