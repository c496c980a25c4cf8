import {
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
  type DescribeTransformJobCommandOutput,
  StopTransformJobCommand,
} from '@aws-sdk/client-sagemaker'
import { createOnce, ifThere, isCapacityFailure, isCloudFailure, transformJobWait } from '@assay/cloud'
import type { DatasetImage, DeployOutput } from '@assay/contracts'
import {
  type ApproachStageInput,
  InstancesRefused,
  isTrainedOn,
  type Later,
  later,
  type Log,
  PermanentError,
} from '@assay/pipeline'
import {
  fitsTransform,
  recipeOf,
  transformInput,
  transformJobRequest,
  typeAfter,
  typesOfOneRequest,
} from '@assay/recipes'
import { withinQuota } from '@assay/training'
import type { DeployDeps, Deployment } from '../deployment.ts'
import { ensureModel } from '../ensure-model.ts'
import { imagesOf } from '../shard-images.ts'
import { transformOutputs } from './transform-answers.ts'

const EXAMPLES = 3

/** The images that the shards will ask for, and the job's input and output. Throws where one is too large. */
const planTransform = async ({ bulk }: DeployDeps, { experiment, approach }: ApproachStageInput) => {
  const parts = (['test', 'validation'] as const).filter((part) => !isTrainedOn(approach, part))
  const { manifest, images } = await imagesOf(experiment, parts, bulk)
  const tooLarge = images.find(({ bytes }) => !fitsTransform(bytes))
  if (tooLarge)
    throw new PermanentError(
      'image_too_large',
      `${tooLarge.file} has ${tooLarge.bytes} bytes, 100 MiB at most fit a transform job`,
    )
  const { location } = experiment.dataset.record
  const input = transformInput(approach.id, approach.attempt, { images, bucket: manifest.bucket, location })
  return { images, input, outputPrefix: `data/${experiment.id}/${input.outputs}` }
}

/** The service fails the whole job for one object; which ones have no answer is told by what is not there. */
const failureOf = async (
  { clients, bucket }: DeployDeps,
  { images, outputPrefix }: { images: readonly DatasetImage[]; outputPrefix: string },
  { TransformJobName, TransformJobStatus, FailureReason }: DescribeTransformJobCommandOutput,
): Promise<PermanentError> => {
  const answered = await transformOutputs(clients.s3, { bucket, prefix: outputPrefix }, images)
  const missing = images.filter(({ id }) => !answered.has(id))
  const examples = missing.slice(0, EXAMPLES).map(({ file }) => file)
  return new PermanentError(
    'transform_failed',
    `transform job ${TransformJobName} is ${TransformJobStatus}; ${missing.length} of ${images.length} images have no answer${
      examples.length > 0 ? `, the first: ${examples.join(', ')}` : ''
    }: ${FailureReason ?? 'no reason given'}`,
  )
}

/** Model and transform job, each made once, then waited for until all images are answered. */
export const runTransform = async (
  deps: DeployDeps,
  deployment: Deployment,
  input: ApproachStageInput,
  log: Log,
): Promise<DeployOutput | Later> => {
  const { sagemaker, sagemakerOnce } = deps.clients
  const { name, named, spec, has, guards } = deployment
  const { approach } = input
  const types = spec.endpoint.instanceTypes
  const [instanceType = ''] = typesOfOneRequest(types, approach.firstHostingType)
  const next = typeAfter(types, instanceType)
  if (!has('transform-job')) await ensureModel(deps, deployment)
  const describe = () => sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name }))
  const job = await createOnce({
    ...guards('transform-job'),
    describe,
    arnOf: ({ TransformJobArn }) => TransformJobArn,
    create: () =>
      withinQuota({
        approach,
        attempt: { instanceTypes: [instanceType], typeAfter: () => next },
        exists: async () => (await ifThere(describe)) !== undefined,
        create: async () => {
          const { input: planned, outputPrefix } = await planTransform(deps, input)
          const { key } = await deps.bulk.put(deployment.experimentId, planned.name, planned.text, 'application/json')
          const request = transformJobRequest(named, {
            manifestUri: `s3://${deps.bucket}/${key}`,
            outputUri: `s3://${deps.bucket}/${outputPrefix}`,
            instanceType,
            format: await recipeOf(deps.recipes, spec).inference(spec),
            mostBytes: planned.mostBytes,
            maxConcurrency: spec.endpoint.maxConcurrency,
          })
          await sagemakerOnce.send(new CreateTransformJobCommand(request))
          log.info({ job: name }, 'transform job created')
        },
      }),
    undo: () => sagemaker.send(new StopTransformJobCommand({ TransformJobName: name })),
  })
  switch (job.TransformJobStatus) {
    case 'Completed':
      return {
        transform: { jobName: name, outputPrefix: (await planTransform(deps, input)).outputPrefix },
        instanceType,
        instanceCount: 1,
        createdAt: (job.CreationTime ?? new Date()).toISOString(),
        inServiceAt: (job.TransformStartTime ?? job.CreationTime ?? new Date()).toISOString(),
      }
    case 'Failed':
    case 'Stopped':
      if (isCapacityFailure(job.FailureReason))
        throw new InstancesRefused(
          'no_capacity',
          `transform job ${name} got no instance of ${instanceType}: ${job.FailureReason}`,
          next,
        )
      // Which images lack an answer says nothing where the service broke the job itself; another attempt may not meet that.
      if (isCloudFailure(job.FailureReason))
        throw new PermanentError(
          'cloud_failed',
          `transform job ${name} is ${job.TransformJobStatus}: ${job.FailureReason}`,
        )
      throw await failureOf(deps, await planTransform(deps, input), job)
    default:
      return later({
        afterMs: deps.timing.pollMs,
        reason: `transform job ${name}: ${job.TransformJobStatus}`,
        cloud: transformJobWait(job),
      })
  }
}
