import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  StopTransformJobCommand,
  type TransformS3DataSource,
} from '@aws-sdk/client-sagemaker'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aTrainingJob, eventually, role, tinyImage } from '../testing/a-cloud.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

const put = (Key: string, Body: string) => cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }))

beforeAll(async () => {
  cloud = await aCloud()
  await cloud.sagemaker.send(new CreateTrainingJobCommand(aTrainingJob('tiny', { x: '7' })))
  const { ModelArtifacts } = await eventually(
    () => cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'tiny' })),
    ({ TrainingJobStatus }) => TrainingJobStatus === 'Completed',
  )
  const container = { Image: tinyImage, ModelDataUrl: ModelArtifacts?.S3ModelArtifacts }
  await cloud.sagemaker.send(
    new CreateModelCommand({ ModelName: 'tiny', ExecutionRoleArn: role, PrimaryContainer: container }),
  )
  for (const name of ['a.jpg', 'deep/b.jpg', 'deep/c d.jpg']) await put(`images/${name}`, `bytes of ${name}`)
})
afterAll(async () => cloud.end())

const start = (
  TransformJobName: string,
  S3DataSource: TransformS3DataSource,
  rest: Partial<CreateTransformJobCommandInput> = {},
) =>
  cloud.sagemaker.send(
    new CreateTransformJobCommand({
      TransformJobName,
      ModelName: 'tiny',
      TransformInput: { DataSource: { S3DataSource }, ContentType: 'image/jpeg' },
      TransformOutput: { S3OutputPath: `s3://data/out-${TransformJobName}` },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      ...rest,
    }),
  )
const describe = (name: string) => cloud.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name }))
const ended = (name: string) =>
  eventually(
    () => describe(name),
    ({ TransformJobStatus }) => /Completed|Failed|Stopped/.test(TransformJobStatus ?? ''),
  )
const outputs = async (name: string): Promise<Record<string, string | undefined>> => {
  const Prefix = `out-${name}/`
  const { Contents = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: 'data', Prefix }))
  const read = async (Key: string) =>
    (await cloud.s3.send(new GetObjectCommand({ Bucket: 'data', Key }))).Body?.transformToString()
  return Object.fromEntries(
    await Promise.all(Contents.map(async ({ Key = '' }) => [Key.slice(Prefix.length), await read(Key)] as const)),
  )
}
const answer = (name: string) => `model of 7 got bytes of ${name} as image/jpeg`

test('each object is one request, and its answer lies under its key with .out', async () => {
  await start('prefix', { S3DataType: 'S3Prefix', S3Uri: 's3://data/images/' })
  expect(await ended('prefix')).toMatchObject({ TransformJobStatus: 'Completed', TransformEndTime: expect.any(Date) })
  expect(await outputs('prefix')).toEqual({
    'a.jpg.out': answer('a.jpg'),
    'deep/b.jpg.out': answer('deep/b.jpg'),
    'deep/c d.jpg.out': answer('deep/c d.jpg'),
  })
})

test('a manifest names the objects, and no others are read', async () => {
  await put('manifest.json', JSON.stringify([{ prefix: 's3://data/images/' }, 'deep/b.jpg', 'a.jpg']))
  await start('manifest', { S3DataType: 'ManifestFile', S3Uri: 's3://data/manifest.json' })
  expect(await ended('manifest')).toMatchObject({ TransformJobStatus: 'Completed' })
  expect(await outputs('manifest')).toEqual({ 'a.jpg.out': answer('a.jpg'), 'deep/b.jpg.out': answer('deep/b.jpg') })
})

test.each(['{"prefix": "s3://data/"}', '[{"prefix": 1}]', '[{"prefix": "s3://data/"}, 7]', 'no JSON'])(
  'a manifest that is %s fails the job with what it must be',
  async (text) => {
    const name = `bad-${Buffer.from(text).toString('hex').slice(-12)}`
    await put(`${name}.json`, text)
    await start(name, { S3DataType: 'ManifestFile', S3Uri: `s3://data/${name}.json` })
    expect((await ended(name)).FailureReason).toMatch(
      /^ClientError: .*the manifest s3:\/\/data\/.* (must be|cannot be)/,
    )
  },
)

test('one object that the model refuses fails the job, and the others are stored', async () => {
  await put('mixed/1.jpg', 'bytes of 1.jpg')
  await put('mixed/2.jpg', 'bad')
  await put('mixed/3.jpg', 'bytes of 3.jpg')
  await start('mixed', { S3DataType: 'S3Prefix', S3Uri: 's3://data/mixed/' })
  expect(await ended('mixed')).toMatchObject({
    TransformJobStatus: 'Failed',
    FailureReason: expect.stringMatching(/^ClientError: mixed\/2\.jpg: the model answered 400/),
  })
  expect(Object.keys(await outputs('mixed'))).toEqual(['1.jpg.out', '3.jpg.out'])
})

test('InvocationsMaxRetries repeats what the model failed at, and no more often', async () => {
  await put('shaky/1.jpg', 'third time')
  const shaky = { S3DataType: 'S3Prefix', S3Uri: 's3://data/shaky/' } as const
  await start('once', shaky)
  expect((await ended('once')).FailureReason).toMatch(/the model answered 503/)
  await start('thrice', shaky, { ModelClientConfig: { InvocationsMaxRetries: 2 } })
  expect(await ended('thrice')).toMatchObject({ TransformJobStatus: 'Completed' })
  await start('twice', shaky, { ModelClientConfig: { InvocationsMaxRetries: 1 } })
  expect((await ended('twice')).FailureReason).toMatch(/the model answered 503/)
})

test('an object over MaxPayloadInMB is refused, a stopped job stores nothing, other kinds of input are refused', async () => {
  await put('large/1.jpg', 'x'.repeat((1 << 20) + 1))
  await start('large', { S3DataType: 'S3Prefix', S3Uri: 's3://data/large/' }, { MaxPayloadInMB: 1 })
  expect((await ended('large')).FailureReason).toMatch(/1048577 bytes is larger than MaxPayloadInMB/)
  await start('stopped', { S3DataType: 'S3Prefix', S3Uri: 's3://data/images/' })
  await cloud.sagemaker.send(new StopTransformJobCommand({ TransformJobName: 'stopped' }))
  expect(await ended('stopped')).toMatchObject({ TransformJobStatus: 'Stopped' })
  expect(await outputs('stopped')).toEqual({})
  await expect(start('augmented', { S3DataType: 'AugmentedManifestFile', S3Uri: 's3://data/images/' })).rejects.toThrow(
    'does not support S3DataType AugmentedManifestFile',
  )
})
