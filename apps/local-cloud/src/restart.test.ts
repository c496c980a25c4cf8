import { join } from 'node:path'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startLocalCloud } from './start-local-cloud.ts'
import { aCloud, aScriptedJob, aTrainingJob, eventually, role, tinyImage } from './testing/a-cloud.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

beforeEach(async () => {
  cloud = await aCloud()
})
afterEach(async () => cloud.end())

const longRun = { StoppingCondition: { MaxRuntimeInSeconds: 86_400 } }

test('after a restart endpoints serve again, running jobs start over, ended ones stay', async () => {
  const { sagemaker } = cloud
  const describe = (name: string, client = sagemaker) =>
    client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))
  await sagemaker.send(new CreateTrainingJobCommand(aTrainingJob('done', { x: '5' })))
  const done = await eventually(
    () => describe('done'),
    ({ TrainingJobStatus }) => TrainingJobStatus === 'Completed',
  )
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: 'm',
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: tinyImage, ModelDataUrl: done.ModelArtifacts?.S3ModelArtifacts },
    }),
  )
  const ProductionVariants = [
    { VariantName: 'All', ModelName: 'm', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' as const },
  ]
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'c', ProductionVariants }))
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'c' }))
  const invoke = async (runtime = cloud.runtime) => {
    const answer = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' }))
    return answer.Body.transformToString()
  }
  await eventually(
    () => invoke().catch(String),
    (text) => text.startsWith('model of 5'),
  )
  await sagemaker.send(new CreateTrainingJobCommand(aTrainingJob('hanging', { hang: '1' }, longRun)))
  await sagemaker.send(new CreateTrainingJobCommand(aScriptedJob('scripted', { duration_seconds: '5000' }, longRun)))
  await eventually(
    () => describe('hanging'),
    ({ FinalMetricDataList }) => FinalMetricDataList !== undefined,
  )

  const next = await cloud.restart()
  expect(await invoke(next.runtime)).toMatch(/^model of 5/)
  expect(await describe('done', next.sagemaker)).toMatchObject({
    TrainingJobStatus: 'Completed',
    TrainingEndTime: done.TrainingEndTime,
  })
  const hanging = await eventually(
    () => describe('hanging', next.sagemaker),
    ({ FinalMetricDataList }) => FinalMetricDataList !== undefined,
  )
  expect(hanging.SecondaryStatusTransitions?.filter(({ Status }) => Status === 'Training')).toHaveLength(2)
  expect((await describe('scripted', next.sagemaker)).TrainingJobStatus).toBe('InProgress')
})

test('a data folder in use is refused', async () => {
  await expect(startLocalCloud({ dataDir: join(cloud.folder, 'data') })).rejects.toThrow('is in use by process')
})
