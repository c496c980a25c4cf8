import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  StopTrainingJobCommand,
  type TrainingInstanceType,
} from '@aws-sdk/client-sagemaker'
import { createCloudClients, trainingJobWait } from '@assay/cloud'
import { startLocalCloud } from '@assay/local-cloud'
import { createTiming } from '@assay/pipeline'
import type { CloudWaiter } from '@assay/queue'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPollCloud } from './poll-cloud.ts'

let stopCloud: () => Promise<void>
let clients: ReturnType<typeof createCloudClients>
let calls: string[]
const waiters = new Map<string, CloudWaiter>()
const woken: string[] = []

beforeEach(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-poller-'))
  const cloud = await startLocalCloud({ dataDir, jumpStart: false })
  calls = []
  clients = createCloudClients({
    region: 'us-east-1',
    cloudUrl: cloud.url,
    admit: async (action) => void calls.push(action),
  })
  stopCloud = async () => {
    clients.destroy()
    await cloud.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  waiters.clear()
  woken.length = 0
})
afterEach(() => stopCloud())

const nameOf = (index: number) => `assay-aaaaaaaaaaaaa-${String(index).padStart(2, '0')}-01`

const startJob = async (index: number) => {
  const TrainingJobName = nameOf(index)
  await clients.sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: 'arn:aws:iam::123456789012:role/local',
      AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
      HyperParameters: { duration_seconds: '3600', artifact: 'no' },
      OutputDataConfig: { S3OutputPath: 's3://b/out' },
      ResourceConfig: {
        InstanceType: 'ml.m5.large' satisfies TrainingInstanceType,
        InstanceCount: 1,
        VolumeSizeInGB: 1,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    }),
  )
  return TrainingJobName
}
/** Enters a stage that waits for the job as it is now. */
const enter = async (TrainingJobName: string) => {
  const job = await clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))
  const ref = { experimentId: 'aaaaaaaaaaaaa', approachId: 'one', attempt: 1, stage: 'train' } as const
  waiters.set(TrainingJobName, { ref, wait: trainingJobWait(job) })
}
const settled = async (TrainingJobName: string, status: string) => {
  for (;;) {
    const job = await clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))
    if (job.TrainingJobStatus === status && job.SecondaryStatus !== 'Starting') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const stop = async (TrainingJobName: string) => {
  await clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName }))
  await settled(TrainingJobName, 'Stopped')
}
const createPoll = () =>
  createPollCloud({
    sagemaker: clients.sagemaker,
    waits: { all: async () => [...waiters.values()] },
    wake: async ({ name }) => void woken.push(name),
    timing: createTiming(0.001),
  })

test('only the stage whose job changed is woken, at every look until it enters itself anew', async () => {
  const poll = createPoll()
  const names = await Promise.all([0, 1, 2].map(startJob))
  for (const name of names) {
    await settled(name, 'InProgress')
    await enter(name)
  }
  await poll()
  expect(woken).toEqual([])

  await stop(nameOf(1))
  await poll()
  await poll()
  expect(woken).toEqual([nameOf(1), nameOf(1)])

  await enter(nameOf(1))
  await poll()
  expect(woken).toHaveLength(2)
})

test('a stage that entered itself after its job had changed is woken too, also by a process without memory', async () => {
  const poll = createPoll()
  await settled(await startJob(0), 'InProgress')
  await enter(nameOf(0))
  await stop(nameOf(0))
  await settled(await startJob(1), 'InProgress')
  await enter(nameOf(1))
  await poll()
  expect(woken).toEqual([nameOf(0)])
  await createPoll()()
  expect(woken).toEqual([nameOf(0), nameOf(0)])
})

test('an endpoint that is gone wakes who waits for its deletion', async () => {
  const ref = { experimentId: 'aaaaaaaaaaaaa', approachId: 'one', attempt: 1, stage: 'teardown' } as const
  const wait = { kind: 'endpoint', name: nameOf(0), state: 'Deleting', createdAtMs: 1, modifiedAtMs: 1 } as const
  waiters.set('gone', { ref, wait })
  await createPoll()()
  expect(woken).toEqual([nameOf(0)])
})

test('nothing is listed of a kind that nobody waits for', async () => {
  await createPoll()()
  expect(calls).toEqual([])
  await settled(await startJob(0), 'InProgress')
  await enter(nameOf(0))
  calls.length = 0
  await createPoll()()
  expect(calls).toEqual(['ListTrainingJobs'])
})
