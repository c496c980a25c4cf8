import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { GetLogEventsCommand, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateHyperParameterTuningJobCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  ListTagsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  type HyperParameterTrainingJobDefinition,
  type SageMakerClient,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aTrainingJob, eventually, role, tinyImage } from './testing/a-cloud.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

beforeAll(async () => {
  cloud = await aCloud()
})
afterAll(async () => cloud.end())

const describe = (sagemaker: SageMakerClient, name: string) =>
  sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))
const ended = (sagemaker: SageMakerClient, name: string) =>
  eventually(
    () => describe(sagemaker, name),
    ({ TrainingJobStatus }) => /Completed|Failed|Stopped/.test(TrainingJobStatus ?? ''),
  )
const start = (...request: Parameters<typeof aTrainingJob>) =>
  cloud.sagemaker.send(new CreateTrainingJobCommand(aTrainingJob(...request)))

const linesOf = async (job: string) => {
  const logGroupName = '/aws/sagemaker/TrainingJobs'
  const { logStreams } = await cloud.logs.send(
    new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${job}/` }),
  )
  const logStreamName = logStreams?.[0]?.logStreamName
  const { events } = await cloud.logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
  )
  return (events ?? []).map(({ message }) => message ?? '')
}

test('a training job runs its program under the container contract and stores the model', async () => {
  await start('first', { x: '7' })
  const job = await ended(cloud.sagemaker, 'first')
  expect(job.TrainingJobStatus).toBe('Completed')
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
    'Starting',
    'Downloading',
    'Training',
    'Uploading',
    'Completed',
  ])
  expect(job.BillableTimeInSeconds).toBeGreaterThanOrEqual(1)
  expect(job.FinalMetricDataList).toMatchObject([{ MetricName: 'loss', Value: 7 }])
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe('s3://data/out/first/output/model.tar.gz')
  const model = await cloud.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'out/first/output/model.tar.gz' }))
  expect((await model.Body?.transformToByteArray())?.subarray(0, 2)).toEqual(new Uint8Array([0x1f, 0x8b]))

  const lines = await linesOf('first')
  expect(lines).toContain('files a a/one.txt two.txt')
  expect(lines).toContain('hyperparameters {"x":"7"}')
  expect(lines.find((line) => line.startsWith('environment'))).not.toMatch(/AWS_(ACCESS|SECRET|PROFILE)|npm_|VITEST/)
})

test('a data folder may be given as a relative path, as the README does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'local-cloud-'))
  const relatively = await aCloud({ dataDir: relative(process.cwd(), folder) })
  await relatively.sagemaker.send(new CreateTrainingJobCommand(aTrainingJob('relative')))
  expect(await ended(relatively.sagemaker, 'relative')).toMatchObject({ TrainingJobStatus: 'Completed' })
  await relatively.end()
  await rm(folder, { recursive: true })
})

test('the failure file becomes the failure reason', async () => {
  await start('failing', { fail: 'no luck' })
  const job = await ended(cloud.sagemaker, 'failing')
  expect(job.TrainingJobStatus).toBe('Failed')
  expect(job.FailureReason).toBe('AlgorithmError: no luck, exit code: 1')
})

test('a stopped job gets SIGTERM and keeps its model', async () => {
  await start('hanging', { hang: '1' })
  await eventually(
    () => describe(cloud.sagemaker, 'hanging'),
    ({ FinalMetricDataList }) => FinalMetricDataList !== undefined,
  )
  await cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'hanging' }))
  const job = await ended(cloud.sagemaker, 'hanging')
  expect(job.TrainingJobStatus).toBe('Stopped')
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBeDefined()
  await expect(cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'hanging' }))).rejects.toThrow(
    'The request was rejected because the training job is in status Stopped',
  )
})

test('a name is taken for good, and an unknown one is a ValidationException', async () => {
  await start('taken')
  await expect(start('taken')).rejects.toMatchObject({ name: 'ResourceInUse' })
  await expect(describe(cloud.sagemaker, 'nobody')).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Requested resource not found.',
  })
  await ended(cloud.sagemaker, 'taken')
})

test('channels without objects are refused', async () => {
  const input = aTrainingJob('empty').InputDataConfig?.map((channel) => ({
    ...channel,
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: 's3://data/nothing' } },
  }))
  await expect(start('empty', {}, { InputDataConfig: input })).rejects.toThrow(
    'No S3 objects found under S3 URL "s3://data/nothing"',
  )
})

test('a model is deployed, invoked and deleted', async () => {
  await start('served', { x: '3' })
  await ended(cloud.sagemaker, 'served')
  const { sagemaker, runtime } = cloud
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: 'm',
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: tinyImage, ModelDataUrl: 's3://data/out/served/output/model.tar.gz' },
    }),
  )
  const ProductionVariants = [
    { VariantName: 'All', ModelName: 'm', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' as const },
  ]
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'c', ProductionVariants }))
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' }))
  const describe = () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'e' }))
  await eventually(describe, ({ EndpointStatus }) => EndpointStatus === 'InService')
  const invoke = (Body: string) =>
    runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body, ContentType: 'text/x-test' }))
  const answer = await invoke('hello')
  expect(answer.Body.transformToString()).toBe('model of 3 got hello as text/x-test')
  expect(answer.InvokedProductionVariant).toBe('All')
  await expect(invoke('bad')).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 })
  await expect(invoke('crash')).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 500 })
  await eventually(
    () => invoke('again').then(({ Body }) => Body.transformToString(), String),
    (text) => text.startsWith('model of 3'),
  )
  await sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'e' }))
  await eventually(
    () => describe().then(() => 'there', String),
    (text) => text.includes('Could not find endpoint'),
  )
  await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'c' }))
  await sagemaker.send(new DeleteModelCommand({ ModelName: 'm' }))
})

test('a tuning job launches trials within its limits and finds the best', async () => {
  const { TrainingJobName: _, HyperParameters: __, ...definition } = aTrainingJob('x')
  const TrainingJobDefinition = definition as HyperParameterTrainingJobDefinition
  await cloud.sagemaker.send(
    new CreateHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: 'tuning',
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        RandomSeed: 7,
        HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
        ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 2 },
        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'x', MinValue: '1', MaxValue: '2' }] },
      },
      TrainingJobDefinition,
      Tags: [{ Key: 'team', Value: 'assay' }],
    }),
  )
  const describe = () =>
    cloud.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tuning' }))
  const job = await eventually(
    describe,
    ({ HyperParameterTuningJobStatus }) => HyperParameterTuningJobStatus === 'Completed',
  )
  expect(job.TrainingJobStatusCounters).toMatchObject({ Completed: 3, InProgress: 0 })
  const { TrainingJobSummaries: trials = [] } = await cloud.sagemaker.send(
    new ListTrainingJobsForHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: 'tuning',
      SortBy: 'FinalObjectiveMetricValue',
    }),
  )
  expect(trials).toHaveLength(3)
  expect(trials[0]?.TrainingJobName).toBe(job.BestTrainingJob?.TrainingJobName)
  expect(trials[0]?.TrainingJobName).toMatch(/^tuning-00\d-[0-9a-f]{8}$/)
  const values = trials.map(({ TunedHyperParameters }) => Number(TunedHyperParameters?.['x']))
  expect(values).toEqual(values.toSorted((a, b) => a - b))
  const { Tags } = await cloud.sagemaker.send(new ListTagsCommand({ ResourceArn: trials[0]?.TrainingJobArn }))
  expect(Tags).toEqual([{ Key: 'team', Value: 'assay' }])
})
