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
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)

let folder: string
let cloud: LocalCloud

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  cloud = await startLocalCloud({ dataDir: join(folder, 'data'), jumpStart: false, control: true })
})
afterAll(async () => {
  await cloud.close()
  await rm(folder, { recursive: true, force: true })
})

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

const version = async (command: string, args: string[]): Promise<string | undefined> => {
  try {
    const { stdout, stderr } = await run(command, args)
    return (stdout || stderr).trim()
  } catch {
    return undefined
  }
}

/** Where `pip install --target` put newer clients, if anywhere: paths between colons. */
const python = process.env['ASSAY_CONFORMANCE_PYTHON'] ?? '/usr/bin/python3'
const aws = process.env['ASSAY_CONFORMANCE_AWS'] ?? '/usr/bin/aws'
const boto3Version = await version(python, ['-c', 'import boto3; print(boto3.__version__)'])
const awsVersion = await version(aws, ['--version'])
const sdkVersion = (createRequire(import.meta.url)('@aws-sdk/client-sagemaker/package.json') as { version: string })
  .version

console.log(`boto3: ${boto3Version ?? 'not seen'}`)
console.log(`AWS CLI: ${awsVersion ?? 'not seen'}`)
console.log(`@aws-sdk/client-sagemaker: ${sdkVersion}`)

test.skipIf(boto3Version === undefined)(
  `boto3 ${boto3Version ?? 'not seen'} trains, tunes, serves and reads logs`,
  async () => {
    const script = fileURLToPath(new URL('./sagemaker_boto3.py', import.meta.url))
    const { stdout } = await run(python, [script, cloud.url], { env: environment() })
    expect(stdout).toContain(`boto3 ${boto3Version}`)
  },
)

test.skipIf(boto3Version === undefined)(
  `boto3 ${boto3Version ?? 'not seen'} asks for prices, quotas, roles and images`,
  async () => {
    const script = fileURLToPath(new URL('./account_boto3.py', import.meta.url))
    const { stdout } = await run(python, [script, cloud.url], { env: environment() })
    expect(stdout).toContain(`boto3 ${boto3Version}`)
  },
)

const cli = async (...args: string[]): Promise<unknown> => {
  const { stdout } = await run(aws, [...args, '--endpoint-url', cloud.url, '--output', 'json'], { env: environment() })
  return stdout === '' ? undefined : JSON.parse(stdout)
}

test.skipIf(awsVersion === undefined)(`the AWS CLI (${awsVersion ?? 'not seen'}) trains, tags and lists`, async () => {
  const request = {
    TrainingJobName: 'cli-1',
    RoleArn: 'arn:aws:iam::123456789012:role/local',
    AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
    HyperParameters: { duration_seconds: '0' },
    OutputDataConfig: { S3OutputPath: 's3://cli/out' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  }
  await run(aws, ['s3', 'mb', 's3://cli', '--endpoint-url', cloud.url], { env: environment() })
  const created = (await cli('sagemaker', 'create-training-job', '--cli-input-json', JSON.stringify(request))) as {
    TrainingJobArn: string
  }
  await run(
    aws,
    [
      'sagemaker',
      'wait',
      'training-job-completed-or-stopped',
      '--training-job-name',
      'cli-1',
      '--endpoint-url',
      cloud.url,
    ],
    { env: environment(), timeout: 100_000 },
  ).catch(() => {})
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
  expect(await cli('sts', 'get-caller-identity')).toMatchObject({ Account: '123456789012' })
})

test(`the JS SDK ${sdkVersion} sends members that are younger than boto3's model`, async () => {
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
})
