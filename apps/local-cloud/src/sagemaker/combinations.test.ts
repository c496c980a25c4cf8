import { PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateHyperParameterTuningJobCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { JournalEntry } from '../control/journal.ts'
import { aCloud, aScriptedJob, aTrainingJob, eventually, role } from '../testing/a-cloud.ts'
import { setControl } from '../testing/set-control.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
beforeAll(async () => {
  cloud = await aCloud({ control: true })
})
afterAll(async () => cloud.end())

const create = (request: CreateTrainingJobCommandInput) => cloud.sagemaker.send(new CreateTrainingJobCommand(request))
const ended = (name: string) =>
  eventually(
    () => cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name })),
    ({ TrainingJobStatus }) => /Completed|Failed|Stopped/.test(TrainingJobStatus ?? ''),
  )
const invalidWait =
  'Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds'
const preferences = [{ InstanceType: 'ml.g5.xlarge', InstanceCount: 1 }] as const

test.each<[string, Partial<CreateTrainingJobCommandInput>, string]>([
  ['spot without a wait', { EnableManagedSpotTraining: true }, invalidWait],
  [
    'spot with a wait below its run',
    {
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 59 },
    },
    invalidWait,
  ],
  [
    'a wait without spot',
    { StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 } },
    'must not be present without EnableManagedSpotTraining',
  ],
  [
    'preferences beside a type',
    {
      ResourceConfig: {
        InstanceType: 'ml.m5.large',
        InstanceCount: 1,
        VolumeSizeInGB: 1,
        InstancePreferences: [...preferences],
      },
    },
    'has both InstanceType and InstancePreferences',
  ],
  [
    'preferences on spot',
    {
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 },
      ResourceConfig: { VolumeSizeInGB: 1, InstancePreferences: [...preferences] },
    },
    'InstancePreferences are for on-demand instances',
  ],
  [
    'a warm pool',
    {
      ResourceConfig: {
        InstanceType: 'ml.m5.large',
        InstanceCount: 1,
        VolumeSizeInGB: 1,
        KeepAlivePeriodInSeconds: 60,
      },
    },
    'does not support warm pools',
  ],
  [
    'a group of instances',
    {
      ResourceConfig: {
        VolumeSizeInGB: 1,
        InstanceGroups: [{ InstanceGroupName: 'a', InstanceType: 'ml.m5.large', InstanceCount: 1 }],
      },
    },
    'does not support instance groups',
  ],
  [
    'a metric whose expression is none',
    {
      AlgorithmSpecification: {
        TrainingImage: 'local/scripted:1',
        TrainingInputMode: 'File',
        MetricDefinitions: [{ Name: 'loss', Regex: 'loss=(' }],
      },
    },
    'The regular expression of metric loss cannot be read',
  ],
  [
    'a channel by HTTPS',
    {
      InputDataConfig: [
        {
          ChannelName: 'train',
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 'https://s3.amazonaws.com/data/train' } },
        },
      ],
    },
    'reads URIs like s3://bucket/key only, not https://s3.amazonaws.com/data/train',
  ],
  [
    'an output by HTTPS',
    { OutputDataConfig: { S3OutputPath: 'https://s3.amazonaws.com/data' } },
    'like s3://bucket/key',
  ],
  ['no type at all', { ResourceConfig: { VolumeSizeInGB: 1 } }, 'ResourceConfig needs InstanceType and InstanceCount'],
  [
    'an image and a name of an algorithm',
    { AlgorithmSpecification: { TrainingImage: 'local/scripted:1', AlgorithmName: 'x', TrainingInputMode: 'File' } },
    'Exactly one of TrainingImage and AlgorithmName must be given',
  ],
])('%s is refused', async (_, rest, message) => {
  await expect(create(aScriptedJob('refused', {}, rest))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(message),
  })
})

test('an output bucket that is not there fails the job as the caller’s fault', async () => {
  await create(
    aScriptedJob('nowhere', { duration_seconds: '0' }, { OutputDataConfig: { S3OutputPath: 's3://none/out' } }),
  )
  expect((await ended('nowhere')).FailureReason).toMatch(/^ClientError: Artifact upload failed/)
})

test.each(['train/../../up.txt', 'train/.././a', 'train/a//b', 'train/./x'])(
  'a key %j that is no path inside its channel fails the job and leaves the folder alone',
  async (key) => {
    const name = `path-${Buffer.from(key).toString('hex')}`.slice(0, 60)
    const prefix = `${name}/train`
    await cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key: `${name}/${key}`, Body: 'x' }))
    const [channel] = aTrainingJob(name).InputDataConfig ?? []
    const S3DataSource = {
      S3DataType: 'S3Prefix',
      S3DataDistributionType: 'FullyReplicated',
      S3Uri: `s3://data/${prefix}`,
    } as const
    await create(
      aTrainingJob(name, {}, { InputDataConfig: [{ ...channel, ChannelName: 'train', DataSource: { S3DataSource } }] }),
    )
    expect((await ended(name)).FailureReason).toMatch(
      /^ClientError: Data download failed: .*not a path inside the channel/,
    )
  },
)

const scriptedModel = (ModelName: string, Environment: Record<string, string>) =>
  cloud.sagemaker.send(
    new CreateModelCommand({
      ModelName,
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: 'local/scripted:1', Environment },
    }),
  )

/** Brings an endpoint of one instance up that has the model's name. */
const serve = async (name: string) => {
  const variant = {
    VariantName: 'All',
    ModelName: name,
    InitialInstanceCount: 1,
    InstanceType: 'ml.m5.large',
  } as const
  await cloud.sagemaker.send(
    new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants: [variant] }),
  )
  await cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }))
  await eventually(
    () => cloud.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  )
}

test('an endpoint takes the first of its pools that can be had, by priority', async () => {
  await setControl(cloud.url, 'lifecycle', { withoutCapacity: ['ml.g5.xlarge'] })
  await scriptedModel('pooled', {})
  await cloud.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'pooled',
      ProductionVariants: [
        {
          VariantName: 'All',
          ModelName: 'pooled',
          InitialInstanceCount: 1,
          InstancePools: [
            { InstanceType: 'ml.m5.large', Priority: 3 },
            { InstanceType: 'ml.g5.xlarge', Priority: 1 },
            { InstanceType: 'ml.m5.xlarge', Priority: 2 },
          ],
        },
      ],
    }),
  )
  await cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'pooled', EndpointConfigName: 'pooled' }))
  await eventually(
    () => cloud.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'pooled' })),
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  )
  const { lines } = (await (await fetch(`${cloud.url}/_control/bill`)).json()) as {
    lines: { name: string; instanceType: string }[]
  }
  expect(lines.filter(({ name }) => name === 'pooled')).toMatchObject([{ instanceType: 'ml.m5.xlarge' }])
})

test('a tuning job’s trials take the first of its InstanceConfigs that can be had', async () => {
  await setControl(cloud.url, 'lifecycle', { withoutCapacity: ['ml.g5.xlarge'] })
  const { OutputDataConfig, StoppingCondition } = aScriptedJob('a-trial')
  await cloud.sagemaker.send(
    new CreateHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: 'configs',
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
        ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 },
        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'x', MinValue: '0', MaxValue: '1' }] },
      },
      TrainingJobDefinition: {
        RoleArn: role,
        AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
        OutputDataConfig,
        StoppingCondition,
        StaticHyperParameters: { duration_seconds: '0', metric_from: '{"loss":"x"}' },
        HyperParameterTuningResourceConfig: {
          VolumeSizeInGB: 1,
          InstanceConfigs: [
            { InstanceType: 'ml.g5.xlarge', InstanceCount: 1, VolumeSizeInGB: 1 },
            { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 1 },
          ],
        },
      },
    }),
  )
  const { TrainingJobSummaries: trials = [] } = await eventually(
    () =>
      cloud.sagemaker.send(
        new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'configs' }),
      ),
    ({ TrainingJobSummaries = [] }) => TrainingJobSummaries.length === 1,
  )
  const trial = await ended(trials[0]?.TrainingJobName ?? '')
  expect(trial.ResourceConfig?.InstanceType).toBe('ml.m5.xlarge')
})

test('a container that does not answer in time is a ModelError with status 0', async () => {
  await setControl(cloud.url, 'lifecycle', { invocationTimeoutSeconds: 0.2 })
  await scriptedModel('slow', { SCRIPTED_DELAY_MS: '20000' })
  await serve('slow')
  await expect(
    cloud.runtime.send(new InvokeEndpointCommand({ EndpointName: 'slow', Body: new Uint8Array(1) })),
  ).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 0,
    message: expect.stringContaining('Your invocation timed out while waiting for a response from container primary'),
  })
  await setControl(cloud.url, 'lifecycle', { invocationTimeoutSeconds: 60 })
})

test('a model’s error comes with its status and words, and what the runtime does not do is refused and journalled', async () => {
  await scriptedModel('cross', { SCRIPTED_STATUS: '503', SCRIPTED_RESPONSE: 'no memory' })
  await serve('cross')
  await expect(
    cloud.runtime.send(new InvokeEndpointCommand({ EndpointName: 'cross', Body: new Uint8Array(1) })),
  ).rejects.toMatchObject({
    name: 'ModelError',
    $metadata: { httpStatusCode: 424 },
    OriginalStatusCode: 503,
    OriginalMessage: 'no memory',
    message: expect.stringContaining('Received server error (503) from primary with message "no memory"'),
  })
  await expect(
    cloud.runtime.send(new InvokeEndpointAsyncCommand({ EndpointName: 'cross', InputLocation: 's3://data/x' })),
  ).rejects.toMatchObject({ name: 'UnknownOperationException' })
  const entries = (await (
    await fetch(`${cloud.url}/_control/journal?operation=InvokeEndpointAsync`)
  ).json()) as JournalEntry[]
  expect(entries).toMatchObject([{ service: 'runtime', resource: 'cross', committed: false }])
})
