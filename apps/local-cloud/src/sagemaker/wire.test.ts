import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  AddTagsCommand,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  DeleteEndpointCommand,
  DeleteTagsCommand,
  DeleteTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeModelCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
  type ListTrainingJobsCommandInput,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aScriptedJob, eventually, role } from '../testing/a-cloud.ts'
import { setControl } from '../testing/set-control.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

beforeAll(async () => {
  cloud = await aCloud({ control: true })
  await cloud.s3.send(new CreateBucketCommand({ Bucket: 'lists' }))
})
afterAll(async () => cloud.end())

const scripted = (...request: Parameters<typeof aScriptedJob>) =>
  cloud.sagemaker.send(new CreateTrainingJobCommand(aScriptedJob(...request)))

/** Image that answers without a process, as its environment says. */
const aModel = async (name: string, Environment: Record<string, string> = {}) => {
  await cloud.sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: 'local/scripted:1', Environment },
    }),
  )
  await cloud.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'All', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    }),
  )
}
const endpointStatus = (name: string) =>
  cloud.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })).then(({ EndpointStatus }) => EndpointStatus)

test('lists page through everything once, in either order, and stay on course when what came before is deleted', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `list-${String(index).padStart(2, '0')}`)
  for (const name of names) await scripted(name, { duration_seconds: '0', artifact: 'no' })
  const pages = async (input: ListTrainingJobsCommandInput, between?: () => Promise<unknown>) => {
    const found: string[] = []
    let NextToken: string | undefined
    do {
      const page = await cloud.sagemaker.send(
        new ListTrainingJobsCommand({ NameContains: 'list-', ...input, NextToken }),
      )
      found.push(...(page.TrainingJobSummaries ?? []).map(({ TrainingJobName = '' }) => TrainingJobName))
      NextToken = page.NextToken
      await between?.()
    } while (NextToken)
    return found
  }
  expect(await pages({})).toEqual(names)
  expect(await pages({ MaxResults: 7, SortOrder: 'Descending' })).toEqual(names.toReversed())
  expect(await pages({ MaxResults: 4, SortBy: 'Name' })).toEqual(names)
  expect(await pages({ MaxResults: 5, SortBy: 'Status' })).toHaveLength(25)
  expect(await pages({ StatusEquals: 'Failed' })).toEqual([])
  expect(await pages({ CreationTimeBefore: new Date(0) })).toEqual([])
  let deleted = 0
  const deleteOne = () =>
    cloud.sagemaker.send(new DeleteTrainingJobCommand({ TrainingJobName: names[deleted++] })).catch(() => {})
  expect(await pages({ MaxResults: 10 }, deleteOne)).toEqual(names)
})

test('StatusEquals filters the page, so that a page can be empty while there is a next', async () => {
  await scripted('status-a', { failure_reason: 'AlgorithmError: no', duration_seconds: '0' })
  await scripted('status-b', { duration_seconds: '0' })
  await eventually(
    () => cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'status-b' })),
    ({ TrainingJobStatus }) => TrainingJobStatus === 'Completed',
  )
  const page = await cloud.sagemaker.send(
    new ListTrainingJobsCommand({ NameContains: 'status-', StatusEquals: 'Completed', MaxResults: 1 }),
  )
  expect(page.TrainingJobSummaries).toEqual([])
  expect(page.NextToken).toBeDefined()
})

test('training jobs are listed by training plan, and no job is in a warm pool', async () => {
  const plan = 'arn:aws:sagemaker:us-east-1:123456789012:training-plan/mine'
  const resources = { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 } as const
  await scripted('planned', {}, { ResourceConfig: { ...resources, TrainingPlanArn: plan } })
  await scripted('planned-not', {}, { ResourceConfig: resources })
  const names = async (input: ListTrainingJobsCommandInput) => {
    const { TrainingJobSummaries } = await cloud.sagemaker.send(
      new ListTrainingJobsCommand({ NameContains: 'planned', ...input }),
    )
    return TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName)
  }
  expect(await names({ TrainingPlanArnEquals: plan })).toEqual(['planned'])
  expect(await names({ TrainingPlanArnEquals: `${plan}-other` })).toEqual([])
  expect(await names({ WarmPoolStatusEquals: 'Available' })).toEqual([])
})

test.each([
  [
    'an underscore in a name',
    { TrainingJobName: 'a_b' },
    "Value 'a_b' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern",
  ],
  ['a name too long', { TrainingJobName: 'a'.repeat(64) }, 'Member must have length less than or equal to 63'],
  ['no role', { RoleArn: undefined }, "Value null at 'roleArn' failed to satisfy constraint: Member must not be null"],
  [
    'an unknown instance type',
    { ResourceConfig: { InstanceType: 'ml.none' as 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 } },
    "Value 'ml.none' at 'resourceConfig.instanceType' failed to satisfy constraint: Member must satisfy enum value set",
  ],
  [
    'a run time of nothing',
    { StoppingCondition: { MaxRuntimeInSeconds: 0 } },
    'Member must have value greater than or equal to 1',
  ],
] as const)('%s is refused in the words of the service', async (_, fault, message) => {
  await expect(scripted('valid', {}, fault)).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining(message),
  })
})

test('two faults are told in one message', async () => {
  await expect(scripted('a_b', {}, { RoleArn: 'x' })).rejects.toThrow(/^3 validation errors detected: /)
})

test('what is not there is told per kind as the service does', async () => {
  const { sagemaker } = cloud
  await expect(sagemaker.send(new DescribeModelCommand({ ModelName: 'none' }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Could not find model "arn:aws:sagemaker:us-east-1:123456789012:model/none".',
  })
  await expect(sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'none' }))).rejects.toThrow(
    'Could not find endpoint "arn',
  )
  await expect(
    sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'none' })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFound',
    message: expect.stringContaining("Amazon SageMaker can't find a tuning job"),
  })
})

test('tags are added, overwritten, listed and removed', async () => {
  await scripted('tagged', {}, { Tags: [{ Key: 'a', Value: '1' }] })
  const { TrainingJobArn: ResourceArn } = await cloud.sagemaker.send(
    new DescribeTrainingJobCommand({ TrainingJobName: 'tagged' }),
  )
  await cloud.sagemaker.send(
    new AddTagsCommand({
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    }),
  )
  const list = () => cloud.sagemaker.send(new ListTagsCommand({ ResourceArn })).then(({ Tags }) => Tags)
  expect(await list()).toEqual([
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '3' },
  ])
  await cloud.sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ['a'] }))
  expect(await list()).toEqual([{ Key: 'b', Value: '3' }])
})

test('an endpoint that is being created cannot be deleted, and one that failed can', async () => {
  const setLifecycle = (body: unknown) =>
    fetch(`${cloud.url}/_control/lifecycle`, { method: 'POST', body: JSON.stringify(body) })
  await setLifecycle({
    endpoints: [
      { pattern: '^stuck$', outcome: 'stick' },
      { pattern: '^bad$', outcome: 'fail', reason: 'no luck' },
    ],
  })
  await aModel('lifecycle')
  for (const EndpointName of ['stuck', 'bad'])
    await cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'lifecycle' }))
  await eventually(
    () => endpointStatus('bad'),
    (status) => status === 'Failed',
  )
  const update = (EndpointName: string) =>
    cloud.sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: 'lifecycle' }))
  await expect(update('stuck')).rejects.toThrow('Cannot update in-progress endpoint')
  await expect(update('bad')).rejects.toThrow('Cannot update failed endpoint')
  expect(await endpointStatus('stuck')).toBe('Creating')
  await expect(cloud.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'stuck' }))).rejects.toThrow(
    'Cannot update in-progress endpoint',
  )
  await expect(
    cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'BAD', EndpointConfigName: 'lifecycle' })),
  ).rejects.toThrow('Cannot create already existing endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/bad"')
  await cloud.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'bad' }))
  await eventually(
    () => endpointStatus('bad').catch(String),
    (answer) => /Could not find/.test(answer ?? ''),
  )
})

test('an endpoint is updated without a gap', async () => {
  await aModel('old', { SCRIPTED_RESPONSE: 'old' })
  await aModel('new', { SCRIPTED_RESPONSE: 'new' })
  await cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'moving', EndpointConfigName: 'old' }))
  await eventually(
    () => endpointStatus('moving'),
    (status) => status === 'InService',
  )
  const invoke = async () => {
    const answer = await cloud.runtime.send(new InvokeEndpointCommand({ EndpointName: 'moving', Body: 'x' }))
    return answer.Body.transformToString()
  }
  expect(await invoke()).toBe('old')
  await cloud.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'moving', EndpointConfigName: 'new' }))
  await eventually(
    async () => [await endpointStatus('moving'), await invoke()].join(' '),
    (state) => state === 'InService new',
  )
  await expect(
    cloud.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'moving', EndpointConfigName: 'new' })),
  ).rejects.toThrow('Cannot update endpoint with the currently in use endpoint configuration "new"')
})

test('weights and capacities change in an update of their own, and the bill follows', async () => {
  await aModel('weighed')
  await cloud.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'weighed', EndpointConfigName: 'weighed' }))
  const inService = () =>
    eventually(
      () => endpointStatus('weighed'),
      (status) => status === 'InService',
    )
  await inService()
  await setControl(cloud.url, 'lifecycle', { endpointCreateSeconds: 0.1 })
  const change = (VariantName: string) =>
    cloud.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'weighed',
        DesiredWeightsAndCapacities: [{ VariantName, DesiredWeight: 3, DesiredInstanceCount: 2 }],
      }),
    )
  await expect(change('none')).rejects.toThrow('Could not find production variant "none".')
  await change('All')
  expect(await endpointStatus('weighed')).toBe('Updating')
  await expect(change('All')).rejects.toThrow('Cannot update in-progress endpoint')
  await inService()
  await setControl(cloud.url, 'lifecycle', { endpointCreateSeconds: 0 })
  const { ProductionVariants } = await cloud.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'weighed' }))
  expect(ProductionVariants).toMatchObject([{ CurrentWeight: 3, CurrentInstanceCount: 2 }])
  const answer = await fetch(`${cloud.url}/_control/bill`)
  const { lines } = (await answer.json()) as { lines: { name: string; instanceCount: number; running: boolean }[] }
  expect(lines.filter(({ name }) => name === 'weighed')).toMatchObject([
    { instanceCount: 1, running: false },
    { instanceCount: 2, running: true },
  ])
})

test('an unknown endpoint and a body too large are told by the runtime', async () => {
  const invoke = (Body: Uint8Array) => cloud.runtime.send(new InvokeEndpointCommand({ EndpointName: 'nobody', Body }))
  await expect(invoke(new Uint8Array(1))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Endpoint nobody of account 123456789012 not found.',
  })
  await expect(invoke(new Uint8Array(6_291_457))).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } })
})

test('a transform job puts an answer beside every object', async () => {
  await aModel('transform')
  for (const key of ['in/a.txt', 'in/deep/b.txt'])
    await cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key: key, Body: `content of ${key}` }))
  await cloud.sagemaker.send(
    new CreateTransformJobCommand({
      TransformJobName: 'batch',
      ModelName: 'transform',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/in/' } },
        ContentType: 'text/plain',
      },
      TransformOutput: { S3OutputPath: 's3://data/batch' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    }),
  )
  const job = await eventually(
    () => cloud.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: 'batch' })),
    ({ TransformJobStatus }) => TransformJobStatus !== 'InProgress',
  )
  expect(job).toMatchObject({ TransformJobStatus: 'Completed' })
  const output = await cloud.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'batch/deep/b.txt.out' }))
  expect(await output.Body?.transformToString()).toBe('content of in/deep/b.txt')
})
