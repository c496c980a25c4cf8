import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  paginateListTrainingJobs,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { type LocalCloud, startLocalCloud } from '@assay/local-cloud'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPromisedOperations } from '../../apps/local-cloud/src/testing/promised-operations.ts'
import { commandLines, pythons } from './installed-clients.ts'

const run = promisify(execFile)

let folder: string
let clouds = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** One for each client, as their names for things are the same. */
const startCloud = (): Promise<LocalCloud> =>
  startLocalCloud({ dataDir: join(folder, `data-${++clouds}`), jumpStart: false, control: true })
const notSeen = (client: string) => ({ command: '', versions: `${client} not seen` })

/** Nothing of the caller's account reaches the clients. */
const environment = () => ({
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
})

const promised = readPromisedOperations()

const sdkVersion = (createRequire(import.meta.url)('@aws-sdk/client-sagemaker/package.json') as { version: string })
  .version

console.log(`@aws-sdk/client-sagemaker: ${sdkVersion}`)

describe.skipIf(pythons.length === 0).each(pythons.length > 0 ? pythons : [notSeen('boto3')])(
  '$versions',
  ({ command }) => {
    test.each([
      [
        'calls every operation of SageMaker, its runtime and Logs',
        'sagemaker_boto3.py',
        ['SageMaker', 'Runtime', 'CloudWatch'],
      ],
      ['asks for prices, quotas, roles and images', 'account_boto3.py', []],
    ])('%s', async (_, name, services) => {
      const cloud = await startCloud()
      const script = fileURLToPath(new URL(name, import.meta.url))
      const { stdout } = await run(
        command,
        [script, cloud.url, ...services.flatMap((service) => promised[service] ?? [])],
        { env: environment() },
      )
      expect(stdout).toMatch(/^boto3 \d/m)
      await cloud.close()
    })
  },
)

describe.skipIf(commandLines.length === 0).each(commandLines.length > 0 ? commandLines : [notSeen('AWS CLI')])(
  '$versions',
  ({ command: aws }) => {
    let cloud: LocalCloud
    beforeAll(async () => {
      cloud = await startCloud()
    })
    afterAll(() => cloud.close())

    const cli = async (...args: string[]): Promise<unknown> => {
      const words = [...args, '--endpoint-url', cloud.url, '--output', 'json']
      const { stdout } = await run(aws, words, { env: environment() })
      return stdout === '' ? undefined : JSON.parse(stdout)
    }

    test('trains, waits, tags and lists', async () => {
      await run(aws, ['s3', 'mb', 's3://cli', '--endpoint-url', cloud.url], { env: environment() })
      const request = {
        TrainingJobName: 'cli-1',
        RoleArn: 'arn:aws:iam::123456789012:role/local',
        AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
        HyperParameters: { duration_seconds: '0' },
        OutputDataConfig: { S3OutputPath: 's3://cli/out' },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      }
      const created = (await cli('sagemaker', 'create-training-job', '--cli-input-json', JSON.stringify(request))) as {
        TrainingJobArn: string
      }
      await expect
        .poll(() => cli('sagemaker', 'describe-training-job', '--training-job-name', 'cli-1'), { timeout: 30_000 })
        .toMatchObject({ TrainingJobStatus: 'Completed' })
      // The waiter asks once, is content, and does not begin its two minutes.
      await cli('sagemaker', 'wait', 'training-job-completed-or-stopped', '--training-job-name', 'cli-1')
      await cli('sagemaker', 'add-tags', '--resource-arn', created.TrainingJobArn, '--tags', 'Key=k,Value=v')
      expect(await cli('sagemaker', 'list-tags', '--resource-arn', created.TrainingJobArn)).toEqual({
        Tags: [{ Key: 'k', Value: 'v' }],
      })
      expect(await cli('sagemaker', 'list-training-jobs', '--name-contains', 'cli-')).toMatchObject({
        TrainingJobSummaries: [{ TrainingJobName: 'cli-1', TrainingJobStatus: 'Completed' }],
      })
      await expect(cli('sagemaker', 'describe-training-job', '--training-job-name', 'none')).rejects.toThrow(
        'An error occurred (ValidationException) when calling the DescribeTrainingJob operation: Requested resource not found.',
      )
    })

    test('asks who it is, for prices, roles and images', async () => {
      expect(await cli('sts', 'get-caller-identity')).toMatchObject({ Account: '123456789012' })
      const field = (Field: string, Value: string) => `Type=TERM_MATCH,Field=${Field},Value=${Value}`
      const filters = [field('instanceName', 'ml.g5.xlarge'), field('component', 'Training')]
      const products = ['pricing', 'get-products', '--service-code', 'AmazonSageMaker', '--filters', ...filters]
      expect(await cli(...products)).toMatchObject({ PriceList: [expect.stringContaining('"1.4080000000"')] })
      expect(await cli('service-quotas', 'list-service-quotas', '--service-code', 'sagemaker')).toEqual({ Quotas: [] })
      expect(await cli('iam', 'get-role', '--role-name', 'local')).toMatchObject({ Role: { RoleName: 'local' } })
      const images = ['ecr', 'describe-images', '--repository-name', 'object-detection', '--image-ids', 'imageTag=1']
      expect(await cli(...images)).toMatchObject({ imageDetails: [{ imageTags: ['1'] }] })
    })
  },
)

test(`the JS SDK ${sdkVersion} sends members that are younger than boto3's model`, async () => {
  const cloud = await startCloud()
  const client = new SageMakerClient({
    endpoint: cloud.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const request = (name: string) =>
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      RoleArn: 'arn:aws:iam::123456789012:role/local',
      AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
      HyperParameters: { duration_seconds: '0', artifact: 'no' },
      OutputDataConfig: { S3OutputPath: 's3://js/out' },
      ResourceConfig: {
        InstancePreferences: [{ InstanceType: 'ml.g6e.xlarge', InstanceCount: 1 }],
        VolumeSizeInGB: 1,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxPendingTimeInSeconds: 1800 },
    })
  for (const name of ['js-1', 'js-2', 'js-3']) await client.send(request(name))
  const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: 'js-1' }))
  expect(job.CreationTime).toBeInstanceOf(Date)
  const names: string[] = []
  for await (const page of paginateListTrainingJobs({ client, pageSize: 2 }, { NameContains: 'js-' }))
    names.push(...(page.TrainingJobSummaries ?? []).map(({ TrainingJobName = '' }) => TrainingJobName))
  expect(names).toEqual(['js-1', 'js-2', 'js-3'])
  await expect(client.send(new ListTrainingJobsCommand({ MaxResults: 101 }))).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining("Value '101' at 'maxResults' failed to satisfy constraint"),
  })
  await cloud.close()
})
