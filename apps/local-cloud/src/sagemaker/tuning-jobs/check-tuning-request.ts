import { assertRole } from '../../account/principals.ts'
import { validationError } from '../../aws-error.ts'
import { findProgram } from '../find-program.ts'
import { type Dimension, type ParameterRanges, parseRanges } from '../../tuning/dimension.ts'
import { gridSize } from '../../tuning/grid-search.ts'
import type { CloudContext } from '../context.ts'
import { epochsParameter } from './trial-request.ts'
import { type CreateTuningJobInput, definitionsOf, objectiveOf, type TuningJob } from './tuning-record.ts'

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
export const rangesByDefinition = (
  job: Pick<TuningJob, 'HyperParameterTuningJobConfig' | 'TrainingJobDefinition' | 'TrainingJobDefinitions'>,
) =>
  definitionsOf(job).map((definition) =>
    dimensionsOf(definition.HyperParameterRanges ?? job.HyperParameterTuningJobConfig.ParameterRanges),
  )

/** Refuses what CreateHyperParameterTuningJob refuses beyond the model. Throws an AwsError. */
export const checkTuningRequest = async (context: CloudContext, input: CreateTuningJobInput) => {
  const config = input.HyperParameterTuningJobConfig
  const definitions = definitionsOf(input)
  if (definitions.length === 0 || (input.TrainingJobDefinition && input.TrainingJobDefinitions))
    throw validationError('Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be given')
  const ranges = rangesByDefinition(input)
  for (const [index, definition] of definitions.entries()) {
    const dimensions = ranges[index] ?? []
    const image = definition.AlgorithmSpecification.TrainingImage ?? ''
    const program = await findProgram(context, image, 'train')
    assertRole(context, definition.RoleArn)
    const both = dimensions.find(({ name }) => Object.hasOwn(definition.StaticHyperParameters ?? {}, name))
    if (both) throw validationError(`The hyperparameter ${both.name} is both static and tuned`)
    const { MetricName } = objectiveOf(input, definition)
    if (!MetricName) throw validationError('A tuning objective is required')
    const known = [...(definition.AlgorithmSpecification.MetricDefinitions ?? []), ...(program.metrics ?? [])]
    if (!program.scripted && !known.some(({ Name }) => Name === MetricName))
      throw validationError(
        `The objective metric ${MetricName} is not among the metrics of the training job definition`,
      )
    if (config.Strategy === 'Grid') {
      const size = orValidationError(() => gridSize(dimensions))
      const most = config.ResourceLimits.MaxNumberOfTrainingJobs
      if (most !== undefined && most !== size)
        throw validationError(
          `MaxNumberOfTrainingJobs must be absent or ${size}, the number of combinations of the grid`,
        )
    }
    if (config.Strategy === 'Hyperband') {
      if (config.TrainingJobEarlyStoppingType === 'Auto')
        throw validationError('TrainingJobEarlyStoppingType must be Off for the Hyperband strategy')
      if (epochsParameter(definition) === undefined)
        throw validationError('Hyperband needs a static hyperparameter that gives the number of epochs')
    }
  }
}
