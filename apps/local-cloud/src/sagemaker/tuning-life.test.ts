import {
  CreateHyperParameterTuningJobCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type HyperParameterTrainingJobDefinition,
  type HyperParameterTuningJobConfig,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  type SageMakerClient,
  StopHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
} from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aScriptedJob, eventually } from '../testing/a-cloud.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
let sagemaker: SageMakerClient

beforeAll(async () => {
  cloud = await aCloud({ control: true })
  sagemaker = cloud.sagemaker
  await fetch(`${cloud.url}/_control/clock`, { method: 'POST', body: JSON.stringify({ hourInSeconds: 1 }) })
})
afterAll(async () => cloud.end())

const create = (
  name: string,
  config: Partial<HyperParameterTuningJobConfig>,
  hyperparameters: Record<string, string>,
  rest: Partial<CreateHyperParameterTuningJobCommandInput> = {},
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

test.each([
  ['a hyperparameter both static and tuned', {}, { x: '1' }, 'both static and tuned'],
  ['a grid over numbers', { Strategy: 'Grid' }, {}, 'Grid search needs categorical ranges'],
  ['Hyperband without epochs', { Strategy: 'Hyperband' }, {}, 'number of epochs'],
] as const)('%s is refused', async (_, config, hyperparameters, message) => {
  await expect(create('refused', config, hyperparameters)).rejects.toThrow(message)
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
