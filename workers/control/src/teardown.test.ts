import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
} from '@aws-sdk/client-sagemaker'
import { createCloudClients, resourceName } from '@assay/cloud'
import type { Intent } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { startLocalCloud } from '@assay/local-cloud'
import {
  type ApproachStageInput,
  createTiming,
  type ExperimentRecord,
  isLater,
  type StageContext,
} from '@assay/pipeline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTeardown } from './teardown.ts'

const experimentId = 'aaaaaaaaaaaaa'
const name = resourceName(experimentId, 0, 1)
const RoleArn = 'arn:aws:iam::123456789012:role/local'
const timing = createTiming(1)

let clients: ReturnType<typeof createCloudClients>
let setLifecycle: (settings: object) => Promise<unknown>
let close: () => Promise<void>
const errors: object[] = []

beforeEach(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-teardown-'))
  const cloud = await startLocalCloud({ dataDir, jumpStart: false, control: true })
  clients = createCloudClients({ region: 'us-east-1', cloudUrl: cloud.url })
  errors.length = 0
  setLifecycle = (settings) =>
    fetch(`${cloud.url}/_control/lifecycle`, { method: 'POST', body: JSON.stringify(settings) })
  close = async () => {
    clients.destroy()
    await cloud.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
afterEach(() => close())

/** Runs the stage once, so many minutes after its intents; the attempt was closed at minute 0 or as told. */
const tearDown = (kinds: readonly Intent['kind'][], minute = 2, closedAtMinute = 0) => {
  const at = new Date(Date.UTC(2026, 0, 1))
  const intents = kinds.map((kind) => ({ writer: 'w', kind, name, at: at.toISOString() }))
  const closedAt = new Date(at.getTime() + closedAtMinute * 60_000).toISOString()
  // As it was before the marker was written, and as it is since.
  const approach = { id: 'one', index: 0, attempt: 1, intents: [], infer: new Map() }
  const record = { id: experimentId, approaches: [{ ...approach, closedAt, intents }], earlierAttempts: [] }
  const handler = createTeardown({
    clients,
    ledger: { closeAttempt: async () => true },
    loadExperiment: async () => record as unknown as ExperimentRecord,
    bulk: {} as BulkStore,
    timing,
  })
  const context: StageContext = {
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: (fields) => void errors.push(fields) },
    worker: 'w',
    now: () => new Date(at.getTime() + minute * 60_000),
    progress: () => {},
    signal: new AbortController().signal,
  }
  return handler({ experiment: { id: experimentId }, approach } as unknown as ApproachStageInput, context)
}

const hosting = ['model', 'endpoint-config', 'endpoint'] as const
const addEndpoint = async () => {
  await clients.sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: RoleArn,
      PrimaryContainer: { Image: 'local/scripted:1' },
    }),
  )
  await clients.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'all', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    }),
  )
  await clients.sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }))
}
const endpointStatus = async () =>
  (await clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }))).EndpointStatus
const listed = async () => [
  (await clients.sagemaker.send(new ListEndpointsCommand({}))).Endpoints?.length,
  (await clients.sagemaker.send(new ListEndpointConfigsCommand({}))).EndpointConfigs?.length,
  (await clients.sagemaker.send(new ListModelsCommand({}))).Models?.length,
]
const untilDone = async (kinds: readonly Intent['kind'][]) => {
  for (;;) {
    const output = await tearDown(kinds)
    if (!isLater(output)) return output
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('an endpoint that is stuck in Creating is waited for, an alarm after half an hour, and removed when the cloud lets go', async () => {
  await setLifecycle({ endpoints: [{ pattern: name, outcome: 'stick' }] })
  await addEndpoint()
  const first = await tearDown(hosting, 2)
  expect(first).toMatchObject({ later: { reason: `endpoint ${name} (Creating) is deleted`, cloud: { name } } })
  expect(errors).toEqual([])
  const late = await tearDown(hosting, 31)
  expect(late).toMatchObject({ later: { reason: expect.stringContaining('OVERDUE since 2026-01-01') as string } })
  expect(errors).toHaveLength(1)
  expect(await endpointStatus()).toBe('Creating')
  expect(await listed()).toEqual([1, 1, 1])

  await setLifecycle({ endpoints: [] })
  const output = await untilDone(hosting)
  expect(output.deleted.map(({ kind }) => kind)).toEqual(hosting)
  expect(await listed()).toEqual([0, 0, 0])
})

test('a running training job is stopped, and its cost is told', async () => {
  await clients.sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      RoleArn,
      AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
      HyperParameters: { duration_seconds: '3600', artifact: 'no' },
      OutputDataConfig: { S3OutputPath: 's3://b/out' },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
    }),
  )
  expect(await tearDown(['training-job'])).toMatchObject({ later: { reason: `training job ${name} stops` } })
  const output = await untilDone(['training-job'])
  expect(output.jobs).toMatchObject([{ name, status: 'Stopped', instanceType: 'ml.m5.large' }])
  const job = await clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))
  expect(job.TrainingJobStatus).toBe('Stopped')
})

test('what was intended and is not there counts as gone only once it had time to appear', async () => {
  expect(await tearDown(['training-job'], 0.5)).toMatchObject({
    later: { reason: expect.stringContaining('could no longer appear') as string },
  })
  expect(await tearDown(['training-job'], 1.5)).toMatchObject({ deleted: [{ kind: 'training-job' }] })
})

test('what was intended long before its attempt was closed may still appear until it had time to since then', async () => {
  expect(await tearDown(['training-job'], 30.5, 30)).toMatchObject({
    later: { reason: expect.stringContaining('could no longer appear') as string },
  })
  expect(await tearDown(['training-job'], 31.5, 30)).toMatchObject({ deleted: [{ kind: 'training-job' }] })
})
