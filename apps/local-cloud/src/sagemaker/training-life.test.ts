import { GetObjectCommand } from '@aws-sdk/client-s3'
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aScriptedJob, aTrainingJob, eventually } from '../testing/a-cloud.ts'
import { setControl } from '../testing/set-control.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

const control = (path: string, body: unknown) => setControl(cloud.url, path, body)

beforeAll(async () => {
  cloud = await aCloud({ control: true, cpus: 1 })
  // An hour in a second.
  await control('clock', { hourInSeconds: 1 })
})
afterAll(async () => cloud.end())

const describe = (name: string) => cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))
const ended = (name: string) =>
  eventually(
    () => describe(name),
    ({ TrainingJobStatus }) => /Completed|Failed|Stopped/.test(TrainingJobStatus ?? ''),
  )
const scripted = (...request: Parameters<typeof aScriptedJob>) =>
  cloud.sagemaker.send(new CreateTrainingJobCommand(aScriptedJob(...request)))

test('a job over its MaxRuntime is Stopped with its artifact', async () => {
  await scripted('long', { duration_seconds: '100000' }, { StoppingCondition: { MaxRuntimeInSeconds: 600 } })
  const job = await ended('long')
  expect(job).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' })
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBeDefined()
  expect(job.TrainingTimeInSeconds).toBeGreaterThanOrEqual(600)
})

test('a job that ignores SIGTERM is killed after the grace', async () => {
  await scripted(
    'stubborn',
    { duration_seconds: '100000', ignores_sigterm: 'true' },
    { StoppingCondition: { MaxRuntimeInSeconds: 86_400 } },
  )
  await eventually(
    () => describe('stubborn'),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  )
  await cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stubborn' }))
  const job = await ended('stubborn')
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status).slice(-3)).toEqual([
    'Stopping',
    'Uploading',
    'Stopped',
  ])
})

test('times and billable seconds are absent where a job failed before it began', async () => {
  await control('lifecycle', { withoutCapacity: ['ml.p3.2xlarge'] })
  await scripted(
    'nowhere',
    {},
    { ResourceConfig: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1, VolumeSizeInGB: 1 } },
  )
  const job = await ended('nowhere')
  expect(job.FailureReason).toMatch(/^CapacityError: Unable to provision requested ML compute capacity/)
  expect(job).not.toHaveProperty('BillableTimeInSeconds')
  expect(job).not.toHaveProperty('TrainingStartTime')
})

test('the first instance type with capacity is selected', async () => {
  await control('lifecycle', { withoutCapacity: ['ml.p3.2xlarge'] })
  await scripted(
    'choosy',
    {},
    {
      ResourceConfig: {
        InstancePreferences: [
          { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1 },
          { InstanceType: 'ml.g5.xlarge', InstanceCount: 1 },
        ],
        VolumeSizeInGB: 1,
      },
    },
  )
  const job = await ended('choosy')
  expect(job.ResourceConfig).toMatchObject({ SelectedInstanceType: 'ml.g5.xlarge', SelectedInstanceCount: 1 })
})

test("a quota refuses in the service's words", async () => {
  await control('lifecycle', { quotas: { 'ml.g4dn.xlarge for training job usage': 1 } })
  const ResourceConfig = { InstanceType: 'ml.g4dn.xlarge', InstanceCount: 1, VolumeSizeInGB: 1 } as const
  await scripted('one', { duration_seconds: '3600' }, { ResourceConfig })
  await expect(scripted('two', {}, { ResourceConfig })).rejects.toMatchObject({
    name: 'ResourceLimitExceeded',
    message: expect.stringContaining(
      "The account-level service limit 'ml.g4dn.xlarge for training job usage' is 1 Instances, with current utilization of 1 Instances and a request delta of 1 Instances.",
    ),
  })
  await ended('one')
  await scripted('two', {}, { ResourceConfig })
})

test('a spot job that is interrupted goes on from its checkpoints', async () => {
  await cloud.sagemaker.send(
    new CreateTrainingJobCommand(
      aTrainingJob(
        'spot',
        { hang: '1' },
        {
          EnableManagedSpotTraining: true,
          CheckpointConfig: { S3Uri: 's3://data/checkpoints/spot' },
          StoppingCondition: { MaxRuntimeInSeconds: 2_000_000, MaxWaitTimeInSeconds: 2_000_000 },
        },
      ),
    ),
  )
  const trained = (times: number) =>
    eventually(
      () => describe('spot'),
      ({ SecondaryStatusTransitions: all = [], FinalMetricDataList: metrics = [] }) => {
        const lives = all.filter(({ Status }) => Status === 'Training')
        const said = metrics[0]?.Timestamp
        return lives.length === times && said !== undefined && said >= (lives.at(-1)?.StartTime ?? said)
      },
    )
  await trained(1)
  await control('interrupt/spot', {})
  await eventually(
    () => describe('spot'),
    ({ SecondaryStatusTransitions: all = [] }) => all.some(({ Status }) => Status === 'Interrupted'),
  )
  await trained(2)
  await cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'spot' }))
  const job = await ended('spot')
  expect(job.BillableTimeInSeconds).toBeLessThan(job.TrainingTimeInSeconds ?? 0)
  const lives = await cloud.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'checkpoints/spot/lives.txt' }))
  expect(await lives.Body?.transformToString()).toMatch(/^life\nlife\n/)
})

test('a program that finds no free slot is Pending until it gets one', async () => {
  const start = (name: string) =>
    cloud.sagemaker.send(
      new CreateTrainingJobCommand(
        aTrainingJob(name, { hang: '1' }, { StoppingCondition: { MaxRuntimeInSeconds: 2_000_000 } }),
      ),
    )
  await start('running')
  await eventually(
    () => describe('running'),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  )
  await start('queued')
  await eventually(
    () => describe('queued'),
    ({ SecondaryStatus }) => SecondaryStatus === 'Pending',
  )
  await cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'running' }))
  await eventually(
    () => describe('queued'),
    ({ SecondaryStatus }) => SecondaryStatus === 'Training',
  )
  await cloud.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'queued' }))
  expect((await ended('queued')).SecondaryStatusTransitions?.map(({ Status }) => Status)).toContain('Pending')
})
