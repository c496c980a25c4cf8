import { GetObjectCommand } from '@aws-sdk/client-s3'
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aCloud, aTrainingJob, eventually } from '../testing/a-cloud.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
beforeEach(async () => {
  cloud = await aCloud()
})
afterEach(async () => cloud.end())

const livesIn = (s3 = cloud.s3) =>
  s3
    .send(new GetObjectCommand({ Bucket: 'data', Key: 'checkpoints/lives.txt' }))
    .then(({ Body }) => Body?.transformToString(), String)

test('a job whose program died with the local cloud goes on from the checkpoint that S3 had got while it ran', async () => {
  await cloud.sagemaker.send(
    new CreateTrainingJobCommand(
      aTrainingJob('kept', { hang: '1' }, { CheckpointConfig: { S3Uri: 's3://data/checkpoints' } }),
    ),
  )
  expect(
    await eventually(
      () => livesIn(),
      (text) => text === 'life\n',
    ),
  ).toBe('life\n')
  const { TrainingJobStatus } = await cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'kept' }))
  expect(TrainingJobStatus).toBe('InProgress')
  const next = await cloud.restart()
  expect(
    await eventually(
      () => livesIn(next.s3),
      (text) => text !== 'life\n',
    ),
  ).toBe('life\nlife\n')
  await next.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'kept' }))
})
