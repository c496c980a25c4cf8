import {
  AddTagsCommand,
  CreateHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type HyperParameterTrainingJobDefinition,
  type HyperParameterTuningJobConfig,
  ListTagsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  type ListTrainingJobsForHyperParameterTuningJobCommandInput,
  type SageMakerClient,
  StopHyperParameterTuningJobCommand,
  StopTrainingJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
} from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aScriptedJob, eventually } from '../testing/a-cloud.ts'
import { setControl } from '../testing/set-control.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
let sagemaker: SageMakerClient

beforeAll(async () => {
  cloud = await aCloud({ control: true })
  sagemaker = cloud.sagemaker
  await setControl(cloud.url, 'clock', { hourInSeconds: 1 })
})
afterAll(async () => cloud.end())

const create = (
  name: string,
  config: Partial<HyperParameterTuningJobConfig>,
  hyperparameters: Record<string, string>,
  rest: Partial<CreateHyperParameterTuningJobCommandInput> = {},
  trials: Partial<HyperParameterTrainingJobDefinition> = {},
) => {
  const { TrainingJobName: _, HyperParameters: __, ...definition } = aScriptedJob('x')
  return sagemaker.send(
    new CreateHyperParameterTuningJobCommand({
      HyperParameterTuningJobName: name,
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        RandomSeed: 1,
        HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
        ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: 1 },
        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'x', MinValue: '1', MaxValue: '2' }] },
        ...config,
      },
      TrainingJobDefinition: {
        ...definition,
        StoppingCondition: { MaxRuntimeInSeconds: 2_000_000 },
        StaticHyperParameters: { artifact: 'no', duration_seconds: '10', ...hyperparameters },
        ...trials,
      } as HyperParameterTrainingJobDefinition,
      ...rest,
    }),
  )
}
const describe = (name: string) =>
  sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }))
const ended = (name: string) =>
  eventually(
    () => describe(name),
    ({ HyperParameterTuningJobStatus: status }) => status !== 'InProgress' && status !== 'Stopping',
  )
const trials = async (name: string) => {
  const { TrainingJobSummaries = [] } = await sagemaker.send(
    new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name, MaxResults: 100 }),
  )
  return TrainingJobSummaries
}
const lossIsX = { metric_from: '{"loss":"x"}' }

test('the same seed gives the same trials, and they carry the name of the objective', async () => {
  await create('seed-a', {}, lossIsX)
  await create('seed-b', { ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: 4 } }, lossIsX)
  await ended('seed-a')
  await ended('seed-b')
  const values = async (name: string) =>
    (await trials(name)).map(({ TunedHyperParameters }) => TunedHyperParameters?.['x'])
  expect(await values('seed-a')).toEqual(await values('seed-b'))
  const [first] = await trials('seed-a')
  const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: first?.TrainingJobName }))
  expect(job.HyperParameters?.['_tuning_objective_metric']).toBe('loss')
  expect(job.TuningJobArn).toMatch(/hyper-parameter-tuning-job\/seed-a$/)
  expect(job.FinalMetricDataList?.map(({ MetricName }) => MetricName)).toEqual(['loss', 'ObjectiveMetric'])
})

test('a tuning job whose trials all fail has failed, and says so', async () => {
  await create('failing', {}, { failure_reason: 'AlgorithmError: no' })
  const job = await ended('failing')
  expect(job).toMatchObject({
    HyperParameterTuningJobStatus: 'Failed',
    FailureReason: expect.stringContaining('All training jobs failed'),
    TrainingJobStatusCounters: { NonRetryableError: 4 },
  })
  expect(job.BestTrainingJob).toBeUndefined()
})

test('after five failures without a success no more trials are launched', async () => {
  const limits = { MaxNumberOfTrainingJobs: 20, MaxParallelTrainingJobs: 1 }
  await create('hopeless', { ResourceLimits: limits }, { ...lossIsX, failure_reason: 'InternalServerError: again' })
  const job = await ended('hopeless')
  expect(job).toMatchObject({
    HyperParameterTuningJobStatus: 'Failed',
    FailureReason: expect.stringMatching(/^No training job succeeded after 5 attempts\./),
    TrainingJobStatusCounters: { RetryableError: 5, NonRetryableError: 0 },
    // They had logged a value before they failed; it does not count.
    ObjectiveStatusCounters: { Succeeded: 0, Failed: 5 },
  })
})

test('trials without number that end at once leave the cloud answering', async () => {
  await create('endless', { ResourceLimits: { MaxParallelTrainingJobs: 1 } }, { ...lossIsX, duration_seconds: '0' })
  await eventually(
    () => trials('endless'),
    (found) => found.length > 10,
  )
  await sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'endless' }))
  expect((await ended('endless')).HyperParameterTuningJobStatus).toBe('Stopped')
})

test('a quota refuses the trials that would run at once, and what it holds back later is given up on a stop', async () => {
  const quota = (count: number) =>
    setControl(cloud.url, 'lifecycle', { quotas: { 'ml.m5.large for training job usage': count } })
  await quota(1)
  const limits = (parallel: number) => ({
    ResourceLimits: { MaxNumberOfTrainingJobs: 4, MaxParallelTrainingJobs: parallel },
  })
  await expect(create('quota', limits(2), lossIsX)).rejects.toMatchObject({
    name: 'ResourceLimitExceeded',
    message: expect.stringContaining(
      'is 1 Instances, with current utilization of 0 Instances and a request delta of 2',
    ),
  })
  await create('quota', limits(1), { ...lossIsX, duration_seconds: '1000' })
  await quota(0)
  await eventually(
    () => trials('quota'),
    (found) => found[0]?.TrainingJobStatus === 'Completed',
  )
  await sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'quota' }))
  expect((await ended('quota')).HyperParameterTuningJobStatus).toBe('Stopped')
  await setControl(cloud.url, 'lifecycle', { quotas: {} })
  expect(await trials('quota')).toHaveLength(1)
})

test('a search that brings no improvement of 1 % ends', async () => {
  const values = ['1', '0.995', '0.991', '0.992', '0.9', '0.8']
  await create(
    'plateau',
    {
      Strategy: 'Grid',
      ResourceLimits: { MaxParallelTrainingJobs: 1 },
      ParameterRanges: { CategoricalParameterRanges: [{ Name: 'x', Values: values }] },
      TuningJobCompletionCriteria: { BestObjectiveNotImproving: { MaxNumberOfTrainingJobsNotImproving: 3 } },
    },
    lossIsX,
  )
  const job = await ended('plateau')
  expect(job.TuningJobCompletionDetails).toEqual({ NumberOfTrainingJobsObjectiveNotImproving: 3 })
  expect(job.BestTrainingJob?.TunedHyperParameters).toEqual({ x: '0.991' })
  expect(await trials('plateau')).toHaveLength(4)
})

test('a stopped tuning job stops its trials', async () => {
  await create('stopped', {}, { ...lossIsX, duration_seconds: '3000' })
  await eventually(
    () => trials('stopped'),
    (found) => found.length === 1,
  )
  await sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'stopped' }))
  expect((await ended('stopped')).HyperParameterTuningJobStatus).toBe('Stopped')
  expect((await trials('stopped')).map(({ TrainingJobStatus }) => TrainingJobStatus)).toEqual(['Stopped'])
})

test('a target that is reached ends the search', async () => {
  await create('target', { TuningJobCompletionCriteria: { TargetObjectiveMetricValue: 2 } }, lossIsX)
  const job = await ended('target')
  expect(job.HyperParameterTuningJobStatus).toBe('Completed')
  expect(await trials('target')).toHaveLength(1)
})

test('a search over its time ends', async () => {
  const limits = { MaxNumberOfTrainingJobs: 50, MaxParallelTrainingJobs: 1, MaxRuntimeInSeconds: 1200 }
  await create('timed', { ResourceLimits: limits }, { ...lossIsX, duration_seconds: '500' })
  expect((await ended('timed')).HyperParameterTuningJobStatus).toBe('Completed')
  expect((await trials('timed')).length).toBeLessThan(6)
})

test('the median rule stops trials that do worse', async () => {
  // Grid, so that the order is known: three good ones, then a bad one that would run for long.
  const series = (values: number[]) => JSON.stringify({ loss: values })
  await create(
    'median',
    {
      Strategy: 'Grid',
      TrainingJobEarlyStoppingType: 'Auto',
      ResourceLimits: { MaxParallelTrainingJobs: 1 },
      ParameterRanges: {
        CategoricalParameterRanges: [
          { Name: 'metrics', Values: [series([3, 2, 1]), series([3, 2, 1.5]), series([3, 2, 1.2]), series([9, 9, 9])] },
        ],
      },
    },
    { duration_seconds: '300' },
  )
  const job = await ended('median')
  expect((await trials('median')).map(({ TrainingJobStatus }) => TrainingJobStatus)).toEqual([
    'Completed',
    'Completed',
    'Completed',
    'Stopped',
  ])
  expect(job.TrainingJobStatusCounters).toMatchObject({ Completed: 3, Stopped: 1 })
  expect(job.BestTrainingJob?.FinalHyperParameterTuningJobObjectiveMetric?.Value).toBe(1)
})

test('trials are listed by status, by any order and in pages', async () => {
  const list = async (
    input: Omit<ListTrainingJobsForHyperParameterTuningJobCommandInput, 'HyperParameterTuningJobName'>,
  ) => {
    const command = { HyperParameterTuningJobName: 'median', ...input }
    return sagemaker.send(new ListTrainingJobsForHyperParameterTuningJobCommand(command))
  }
  const losses = async (input: Parameters<typeof list>[0]) =>
    (await list(input)).TrainingJobSummaries?.map(
      ({ FinalHyperParameterTuningJobObjectiveMetric: metric }) => metric?.Value,
    )
  expect(await losses({ SortBy: 'FinalObjectiveMetricValue' })).toEqual([1, 1.2, 1.5, 9])
  expect(await losses({ SortBy: 'CreationTime', SortOrder: 'Descending' })).toEqual([9, 1.2, 1.5, 1])
  expect(await losses({ SortBy: 'Name' })).toEqual([1, 1.5, 1.2, 9])
  expect(await losses({ StatusEquals: 'Stopped' })).toEqual([9])
  const { NextToken } = await list({ MaxResults: 3 })
  expect(await losses({ MaxResults: 3, NextToken })).toEqual([9])
  // A trial without an objective has no place in an order by it.
  const failed = { HyperParameterTuningJobName: 'failing', SortBy: 'FinalObjectiveMetricValue' } as const
  const none = await sagemaker.send(new ListTrainingJobsForHyperParameterTuningJobCommand(failed))
  expect(none.TrainingJobSummaries).toEqual([])
})

test('trials are named after their job and carry its tags, those added later from then on', async () => {
  const limits = { MaxNumberOfTrainingJobs: 2, MaxParallelTrainingJobs: 1 }
  const Tags = [{ Key: 'from', Value: 'the start' }]
  await create('tagged', { ResourceLimits: limits }, { ...lossIsX, duration_seconds: '1000000' }, { Tags })
  const { HyperParameterTuningJobArn: ResourceArn } = await describe('tagged')
  const launched = (count: number) =>
    eventually(
      () => trials('tagged'),
      (found) => found.length === count,
    )
  const [first] = await launched(1)
  await sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: 'later', Value: 'on' }] }))
  await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: first?.TrainingJobName }))
  const found = await launched(2)
  expect(found.map(({ TrainingJobName }) => TrainingJobName)).toEqual([
    expect.stringMatching(/^tagged-001-[0-9a-f]{8}$/),
    expect.stringMatching(/^tagged-002-[0-9a-f]{8}$/),
  ])
  const keys = await Promise.all(
    found.map(async (trial) => {
      const { Tags } = await sagemaker.send(new ListTagsCommand({ ResourceArn: trial.TrainingJobArn }))
      return Tags?.map(({ Key }) => Key)
    }),
  )
  expect(keys).toEqual([['from'], ['from', 'later']])
  await sagemaker.send(new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'tagged' }))
})

test('Hyperband sets the number of epochs', async () => {
  await create(
    'hyperband',
    {
      Strategy: 'Hyperband',
      StrategyConfig: { HyperbandStrategyConfig: { MinResource: 1, MaxResource: 3 } },
      ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 3 },
    },
    { ...lossIsX, epochs: '3' },
  )
  await ended('hyperband')
  const epochs = await Promise.all(
    (await trials('hyperband')).map(async ({ TrainingJobName }) => {
      const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))
      return job.HyperParameters?.['epochs']
    }),
  )
  expect(epochs).toEqual(['1', '1', '1', '3', '3', '3'])
})

test('a warm start knows what its parents found', async () => {
  await create('parent', { ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 6 } }, lossIsX)
  const parent = await ended('parent')
  const limits = { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 }
  await create('child', { Strategy: 'Bayesian', ResourceLimits: limits }, lossIsX, {
    WarmStartConfig: {
      WarmStartType: 'IdenticalDataAndAlgorithm',
      ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'parent' }],
    },
  })
  const child = await ended('child')
  const value = (job: typeof child.BestTrainingJob) =>
    job?.FinalHyperParameterTuningJobObjectiveMetric?.Value ?? Number.NaN
  expect(value(child.BestTrainingJob)).toBeLessThan(value(parent.BestTrainingJob) + 0.2)
  expect(value(child.OverallBestTrainingJob)).toBe(
    Math.min(value(child.BestTrainingJob), value(parent.BestTrainingJob)),
  )
})

test('a warm start takes what was static in its parent, and compares nothing where the data are others', async () => {
  const startFrom = (WarmStartType: 'IdenticalDataAndAlgorithm' | 'TransferLearning') => ({
    WarmStartConfig: {
      WarmStartType,
      ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'narrow' }],
    },
  })
  const range = (Name: string) => ({ Name, MinValue: '0', MaxValue: '1' })
  await create('narrow', { ParameterRanges: { ContinuousParameterRanges: [range('x')] } }, { ...lossIsX, y: '0.5' })
  await ended('narrow')
  const both = { ParameterRanges: { ContinuousParameterRanges: [range('x'), range('y')] } }
  await expect(create('wide', both, { ...lossIsX, z: '1' }, startFrom('TransferLearning'))).rejects.toThrow(
    'The number of static and tuned hyperparameters must be that of the parent tuning job narrow: 5, not 6',
  )
  const one = { ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 } }
  await create('wide', { ...both, ...one, Strategy: 'Bayesian' }, lossIsX, startFrom('TransferLearning'))
  const wide = await ended('wide')
  // Random search's first proposal would be that of every Bayesian search without parents.
  await create('alone', { ...both, ...one }, { ...lossIsX })
  const alone = await ended('alone')
  expect(wide.BestTrainingJob?.TunedHyperParameters).not.toEqual(alone.BestTrainingJob?.TunedHyperParameters)
  expect(wide.OverallBestTrainingJob).toBeUndefined()
})

type Change = Parameters<typeof create>
const hyperband = (MinResource: number, MaxResource?: number): Change[1] => ({
  Strategy: 'Hyperband',
  StrategyConfig: { HyperbandStrategyConfig: { MinResource, MaxResource } },
})
const auto = { AutoParameters: [{ Name: 'x', ValueHint: '1' }] }
const elsewhere = {
  ChannelName: 'train',
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/none' } },
} as const

test.each<[string, Change[1], Change[2], string, Partial<HyperParameterTrainingJobDefinition>?]>([
  ['a hyperparameter both static and tuned', {}, { x: '1' }, 'both static and tuned'],
  ['a search over nothing', { ParameterRanges: {} }, {}, 'At least one hyperparameter to tune is required'],
  ['AutoParameters', { ParameterRanges: auto }, {}, 'does not support AutoParameters'],
  ['a seed below zero', { RandomSeed: -1 }, {}, 'Member must have value greater than or equal to 0'],
  [
    'a search of ten seconds',
    { ResourceLimits: { MaxParallelTrainingJobs: 1, MaxRuntimeInSeconds: 10 } },
    {},
    'Member must have value greater than or equal to 120',
  ],
  ['a grid over numbers', { Strategy: 'Grid' }, {}, 'Grid search needs categorical ranges'],
  ['Hyperband without epochs', { Strategy: 'Hyperband' }, {}, 'number of epochs'],
  ['Hyperband with epochs in words', { Strategy: 'Hyperband' }, { epochs: 'ten' }, 'not NaN'],
  ['Hyperband from more than to', hyperband(10, 9), { epochs: '9' }, 'of 10 (MinResource) to 20000 epochs, not 9'],
  ['Hyperband without end', hyperband(1, 20_001), { epochs: '9' }, 'not 20001'],
  ['a channel without objects', {}, {}, 'No S3 objects found under S3 URL', { InputDataConfig: [elsewhere] }],
  ['spot without a longest wait', {}, {}, 'Invalid MaxWaitTimeInSeconds', { EnableManagedSpotTraining: true }],
  ['trials without instances', {}, {}, 'ResourceConfig', { ResourceConfig: undefined }],
  [
    'instances given twice',
    {},
    {},
    'exclude each other',
    { HyperParameterTuningResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 } },
  ],
  [
    'more hyperparameters than a training job may have',
    {},
    Object.fromEntries(Array.from({ length: 97 }, (_, at) => [`h${at}`, '1'])),
    'at most 100 hyperparameters, static, tuned and the name of the objective; 101 were given',
  ],
])('%s is refused', async (_, config, hyperparameters, message, definition) => {
  await expect(create('refused', config, hyperparameters, {}, definition)).rejects.toThrow(message)
})

test('Autotune is refused', async () => {
  await expect(create('refused', {}, lossIsX, { Autotune: { Mode: 'Enabled' } })).rejects.toThrow(
    'does not support Autotune',
  )
})

test('a tuning job goes on after a restart', async () => {
  await create(
    'restarted',
    { ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 1 } },
    { ...lossIsX, duration_seconds: '1000' },
  )
  await eventually(
    () => trials('restarted'),
    (found) => found.length === 2,
  )
  const before = (await trials('restarted')).map(({ TrainingJobName }) => TrainingJobName)
  ;({ sagemaker } = await cloud.restart())
  const job = await ended('restarted')
  expect(job.TrainingJobStatusCounters).toMatchObject({ Completed: 3 })
  expect((await trials('restarted')).map(({ TrainingJobName }) => TrainingJobName).slice(0, 2)).toEqual(before)
})
