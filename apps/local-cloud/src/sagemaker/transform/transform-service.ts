import { createReadStream } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CreateTransformJobRequest, DescribeTransformJobResponse } from '@aws-sdk/client-sagemaker'
import { AwsError, validationError } from '../../aws-error.ts'
import { firstUnder, parseS3Uri, type S3Location } from '../../runner/object-store.ts'
import type { ServingAnswer } from '../../runner/serving-program.ts'
import { openTable, type Table } from '../../state/table.ts'
import type { Wire } from '../../wire.ts'
import { arnOf, type CloudContext } from '../context.ts'
import { artifactOf, containerOf, type ModelService } from '../hosting/model-service.ts'
import { startVariant } from '../hosting/live-variant.ts'
import { assertQuota } from '../quota.ts'
import { readS3Uri } from '../read-s3-uri.ts'
import { splitPayload } from './split-payload.ts'
import { transformInputs } from './transform-inputs.ts'

type TransformJob = Wire<DescribeTransformJobResponse>
type CreateInput = Wire<CreateTransformJobRequest>

/** Batch transform: a model run over the objects below a prefix. */
export interface TransformService {
  table: Table<TransformJob>
  create(input: CreateInput): Promise<string>
  get(name: string): TransformJob
  stop(name: string): void
  resume(): void
  close(): Promise<void>
}

const keyOf = (name: string) => name.toLowerCase()
const isTerminal = ({ TransformJobStatus: status }: TransformJob) =>
  status === 'Completed' || status === 'Failed' || status === 'Stopped'

const refuseUnsupported = (input: CreateInput) => {
  const { SplitType = 'None', CompressionType = 'None', DataSource } = input.TransformInput
  const { S3DataType } = DataSource.S3DataSource
  if (S3DataType !== 'S3Prefix' && S3DataType !== 'ManifestFile')
    throw validationError(`The local cloud does not support S3DataType ${S3DataType}`)
  if (SplitType !== 'None' && SplitType !== 'Line')
    throw validationError(`The local cloud does not support SplitType ${SplitType}`)
  if (CompressionType !== 'None') throw validationError('The local cloud does not support compressed transform input')
  if (input.DataProcessing) throw validationError('The local cloud does not support DataProcessing')
}

/** Asks again, so often at most, where the model fails or does not answer; what it refuses (4xx) it would refuse again. */
const invokeAgain = async (retries: number, invoke: () => Promise<ServingAnswer>): Promise<ServingAnswer> => {
  for (let left = retries; left > 0; left -= 1) {
    const answer = await invoke().catch(() => undefined)
    if (answer && answer.status < 500) return answer
  }
  return invoke()
}

export const createTransformService = (context: CloudContext, models: ModelService): TransformService => {
  const { clock, objects, tags, logs } = context
  const table = openTable<TransformJob>(join(context.dataDir, 'transform-jobs.jsonl'))
  const running = new Map<string, { stop: AbortController; done: Promise<void> }>()
  let closed = false

  const save = (job: TransformJob) => table.set(keyOf(job.TransformJobName), job)
  const get = (name: string): TransformJob => {
    const job = table.get(keyOf(name))
    if (!job) throw validationError(`Could not find job to update with name ${name}.`)
    return job
  }

  /** Transforms one object. Throws what the model answered. */
  const transformObject = async (
    job: TransformJob,
    { bucket, key }: S3Location,
    outputPath: string,
    invoke: (body: Buffer) => Promise<{ status: number; body: Buffer }>,
  ): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of (await objects.openRead(bucket, key)) as AsyncIterable<Buffer>) chunks.push(chunk)
    const payloads = splitPayload(Buffer.concat(chunks), {
      splitType: job.TransformInput.SplitType === 'Line' ? 'Line' : 'None',
      single: job.BatchStrategy === 'SingleRecord',
      mostBytes: (job.MaxPayloadInMB ?? 6) * 1024 * 1024,
    })
    const answers: Buffer[] = []
    for (const payload of payloads) {
      const answer = await invoke(payload)
      if (answer.status >= 400)
        throw new Error(
          `ClientError: ${key}: the model answered ${answer.status}: ${answer.body.toString('utf8').slice(0, 200)}`,
        )
      answers.push(answer.body)
      if (job.TransformOutput?.AssembleWith === 'Line') answers.push(Buffer.from('\n'))
    }
    await writeFile(outputPath, Buffer.concat(answers))
  }

  const run = async (job: TransformJob, signal: AbortSignal): Promise<void> => {
    const baseDir = join(context.dataDir, 'transforms', keyOf(job.TransformJobName))
    const outputDir = join(baseDir, 'transformed')
    await rm(baseDir, { recursive: true, force: true })
    await mkdir(outputDir, { recursive: true })
    if (context.lifecycle.settings.withoutCapacity.includes(job.TransformResources.InstanceType))
      throw new Error(
        'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
      )
    const container = containerOf(models.get(job.ModelName))
    if (!container) throw new Error('ClientError: the model has no container')
    const stream = `${job.TransformJobName}/i-${Math.round(clock.nowMs()).toString(16)}`
    const variant = startVariant(
      context,
      {
        name: 'transform',
        image: container.Image ?? '',
        artifact: artifactOf(container),
        environment: { ...container.Environment, ...job.Environment },
        weight: 1,
        instanceCount: 1,
        instanceType: job.TransformResources.InstanceType,
        healthCheckTimeoutSeconds: 240,
      },
      baseDir,
      (message) => logs.append('/aws/sagemaker/TransformJobs', stream, [{ timestamp: clock.nowMs(), message }]),
    )
    signal.addEventListener('abort', () => void variant.kill())
    try {
      await variant.ready
      job.TransformStartTime = clock.stamp()
      save(job)
      const program = await variant.program()
      const headers = {
        ...(job.TransformInput.ContentType && { 'content-type': job.TransformInput.ContentType }),
        ...(job.TransformOutput?.Accept && { accept: job.TransformOutput.Accept }),
      }
      const timeoutMs = (job.ModelClientConfig?.InvocationsTimeoutInSeconds ?? 600) * 1000
      const outputs: { name: string; path: string }[] = []
      const failures: string[] = []
      for await (const { from, name } of transformInputs(objects, job.TransformInput.DataSource.S3DataSource)) {
        if (signal.aborted) return
        const path = join(outputDir, String(outputs.length + failures.length))
        try {
          await transformObject(job, from, path, (body) =>
            invokeAgain(job.ModelClientConfig?.InvocationsMaxRetries ?? 0, () =>
              program.invoke(body, headers, timeoutMs),
            ),
          )
          outputs.push({ name, path })
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error))
        }
      }
      if (signal.aborted) return
      const target = parseS3Uri(job.TransformOutput?.S3OutputPath ?? '')
      const folder = target.key === '' || target.key.endsWith('/') ? target.key : `${target.key}/`
      for (const { name, path } of outputs)
        await objects.put(target.bucket, `${folder}${name}.out`, createReadStream(path))
      if (failures[0] !== undefined) throw new Error(failures[0])
    } finally {
      await variant.stop()
      await rm(baseDir, { recursive: true, force: true })
    }
  }

  const start = (job: TransformJob) => {
    const stop = new AbortController()
    const live = async () => {
      let failure: string | undefined
      try {
        await run(job, stop.signal)
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
      }
      if (closed) return
      job.TransformJobStatus = stop.signal.aborted ? 'Stopped' : failure === undefined ? 'Completed' : 'Failed'
      if (job.TransformJobStatus === 'Failed') job.FailureReason = failure?.slice(0, 1024)
      if (job.TransformStartTime !== undefined) job.TransformEndTime = clock.stamp()
      save(job)
      running.delete(keyOf(job.TransformJobName))
    }
    running.set(keyOf(job.TransformJobName), { stop, done: live() })
  }

  return {
    table,
    get,
    create: async (input) => {
      const arn = arnOf(context, 'transform-job', input.TransformJobName)
      const assertFree = () => {
        if (table.has(keyOf(input.TransformJobName)))
          throw new AwsError(
            'ResourceInUse',
            `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
          )
      }
      assertFree()
      models.get(input.ModelName)
      refuseUnsupported(input)
      readS3Uri(input.TransformOutput.S3OutputPath)
      const uri = input.TransformInput.DataSource.S3DataSource.S3Uri
      if ((await firstUnder(objects, readS3Uri(uri))) === undefined)
        throw validationError(`No S3 objects found under S3 URL "${uri}" given in input data source.`)
      assertFree()
      const { InstanceType, InstanceCount } = input.TransformResources
      assertQuota(context, 'transform job', InstanceType, InstanceCount, () =>
        [...table.values()]
          .filter((job) => !isTerminal(job) && job.TransformResources.InstanceType === InstanceType)
          .reduce((sum, job) => sum + job.TransformResources.InstanceCount, 0),
      )
      const { Tags, ...rest } = input
      const job: TransformJob = {
        ...rest,
        TransformJobArn: arn,
        TransformJobStatus: 'InProgress',
        CreationTime: clock.stamp(),
      }
      tags.add(arn, Tags ?? [])
      save(job)
      start(job)
      return arn
    },
    stop: (name) => {
      const job = get(name)
      if (isTerminal(job))
        throw validationError(
          `The request was rejected because the transform job is in status ${job.TransformJobStatus}.`,
        )
      job.TransformJobStatus = 'Stopping'
      save(job)
      running.get(keyOf(name))?.stop.abort()
    },
    resume: () => {
      for (const job of table.values()) {
        if (isTerminal(job)) continue
        const wasStopping = job.TransformJobStatus === 'Stopping'
        job.TransformStartTime = undefined
        start(job)
        if (wasStopping) running.get(keyOf(job.TransformJobName))?.stop.abort()
      }
    },
    close: async () => {
      closed = true
      for (const { stop } of running.values()) stop.abort()
      await Promise.all([...running.values()].map(({ done }) => done))
      table.close()
    },
  }
}
