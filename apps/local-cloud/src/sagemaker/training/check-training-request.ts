import { assertRole } from '../../account/principals.ts'
import { validationError } from '../../aws-error.ts'
import { firstUnder } from '../../runner/object-store.ts'
import type { ProgramEntry } from '../../runner/registry.ts'
import type { CloudContext } from '../context.ts'
import { findProgram } from '../find-program.ts'
import { readS3Uri } from '../read-s3-uri.ts'
import type { CreateTrainingJobInput } from './training-service.ts'

/** What the service refuses though its model allows it: members that exclude or need each other. Wordings are ours where none is known. */
const checkCombinations = (input: CreateTrainingJobInput) => {
  const { ResourceConfig: resources, StoppingCondition: stopping, EnableManagedSpotTraining: spot } = input
  if (!input.AlgorithmSpecification || !resources || !stopping)
    throw validationError(
      'AlgorithmSpecification, ResourceConfig and StoppingCondition are required for a training job',
    )
  const { TrainingImage, AlgorithmName } = input.AlgorithmSpecification
  if ((TrainingImage === undefined) === (AlgorithmName === undefined))
    throw validationError('Exactly one of TrainingImage and AlgorithmName must be given')
  if (AlgorithmName !== undefined)
    throw validationError(
      `The local cloud has no algorithms by name; TrainingImage is needed instead of ${AlgorithmName}`,
    )
  if (resources.InstanceGroups) throw validationError('The local cloud does not support instance groups')
  if (resources.KeepAlivePeriodInSeconds) throw validationError('The local cloud does not support warm pools')
  const preferences = resources.InstancePreferences
  if (!preferences && (resources.InstanceType === undefined || resources.InstanceCount === undefined))
    throw validationError('ResourceConfig needs InstanceType and InstanceCount, or InstancePreferences')
  if (preferences && resources.InstanceType !== undefined)
    throw validationError('ResourceConfig has both InstanceType and InstancePreferences; one of them is needed')
  if (preferences && spot)
    throw validationError('InstancePreferences are for on-demand instances; EnableManagedSpotTraining must be off')
  const { MaxRuntimeInSeconds: run = 86_400, MaxWaitTimeInSeconds: wait } = stopping
  if (spot && (wait === undefined || wait < run))
    throw validationError(
      'Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds',
    )
  if (!spot && wait !== undefined)
    throw validationError('Invalid MaxWaitTimeInSeconds. It must not be present without EnableManagedSpotTraining')
}

const checkMetrics = ({ AlgorithmSpecification }: CreateTrainingJobInput) => {
  for (const { Name, Regex } of AlgorithmSpecification?.MetricDefinitions ?? [])
    try {
      RegExp(Regex)
    } catch (error) {
      throw validationError(`The regular expression of metric ${Name} cannot be read: ${String(error)}`)
    }
}

const checkChannels = async ({ objects, region }: CloudContext, input: CreateTrainingJobInput) => {
  const names = new Set<string>()
  for (const channel of input.InputDataConfig ?? []) {
    if (names.has(channel.ChannelName))
      throw validationError(`Channel names must be unique, ${channel.ChannelName} is not`)
    names.add(channel.ChannelName)
    const source = channel.DataSource.S3DataSource
    if (!source)
      throw validationError(`The local cloud reads channels from S3 only; ${channel.ChannelName} has no S3DataSource`)
    if (source.S3DataType !== 'S3Prefix' && source.S3DataType !== 'ManifestFile')
      throw validationError(`The local cloud does not support S3DataType ${source.S3DataType}`)
    if ((channel.InputMode ?? input.AlgorithmSpecification?.TrainingInputMode) === 'Pipe')
      throw validationError(`The local cloud does not support Pipe mode; channel ${channel.ChannelName}`)
    const location = readS3Uri(source.S3Uri)
    if ((await firstUnder(objects, location)) === undefined)
      throw validationError(
        `No S3 objects found under S3 URL "${source.S3Uri}" given in input data source. Please ensure that the bucket exists in the selected region (${region}), that objects exist under that S3 prefix, and that the role "${input.RoleArn}" has "s3:ListBucket" permissions on bucket "${location.bucket}".`,
      )
  }
}

/** Refuses what CreateTrainingJob refuses beyond the model. Answers the program that will train. */
export const checkTrainingRequest = async (
  context: CloudContext,
  input: CreateTrainingJobInput,
): Promise<ProgramEntry> => {
  checkCombinations(input)
  checkMetrics(input)
  for (const uri of [input.OutputDataConfig?.S3OutputPath, input.CheckpointConfig?.S3Uri])
    if (uri !== undefined) readS3Uri(uri)
  const program = await findProgram(context, input.AlgorithmSpecification?.TrainingImage ?? '', 'train')
  assertRole(context, input.RoleArn)
  await checkChannels(context, input)
  return program
}
