import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud, aTrainingJob, eventually, role } from '../testing/a-cloud.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

beforeAll(async () => {
  cloud = await aCloud({ registryFile: fileURLToPath(new URL('./registry.json', import.meta.url)) })
  await cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'train/points.csv', Body: '0,1\n1,3\n2,5\n' }))
})
afterAll(async () => cloud.end())

const hasPython = spawnSync('python3', ['--version']).status === 0

test.each([
  ['python', new URL('./line_fit.py', import.meta.url), hasPython],
  ['typescript', new URL('./line-fit.ts', import.meta.url), true],
])('the example in %s trains and serves under the container contract', async (language, source, runs) => {
  expect(existsSync(source)).toBe(true)
  if (!runs) return console.log(`${language}: not seen`)
  const { sagemaker, runtime } = cloud
  const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/line-fit-${language}:1`
  await sagemaker.send(
    new CreateTrainingJobCommand(
      aTrainingJob(language, {}, { AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File' } }),
    ),
  )
  const job = await eventually(
    () => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: language })),
    ({ TrainingJobStatus }) => TrainingJobStatus !== 'InProgress',
  )
  expect(job).toMatchObject({ TrainingJobStatus: 'Completed' })
  expect(job.FinalMetricDataList?.[0]?.Value).toBeCloseTo(0)
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: language,
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: image, ModelDataUrl: job.ModelArtifacts?.S3ModelArtifacts },
    }),
  )
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: language,
      ProductionVariants: [
        { VariantName: 'All', ModelName: language, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    }),
  )
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: language, EndpointConfigName: language }))
  await eventually(
    () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: language })),
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  )
  const answer = await runtime.send(new InvokeEndpointCommand({ EndpointName: language, Body: '10' }))
  expect((JSON.parse(answer.Body.transformToString()) as { y: number }).y).toBeCloseTo(21)
  return undefined
})
