import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateHyperParameterTuningJobCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker'
import { createCloudClients, resourceName, resourceTags } from '@assay/cloud'
import { startLocalCloud } from '@assay/local-cloud'
import type { ExperimentRecord } from '@assay/pipeline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJanitor } from './create-janitor.ts'
import { listHosting, listOpenJobs } from './list-resources.ts'
import { type SweepDeps, sweepOrphans } from './sweep-orphans.ts'

const installation = 'iiiiiiiiiiiii'
const [tornDown, ended, living, unknown] = ['t', 'e', 'l', 'u'].map((letter) => letter.repeat(13)) as [
  string,
  string,
  string,
  string,
]

let cloudUrl: string
let clients: ReturnType<typeof createCloudClients>
let deps: SweepDeps
let loads: string[]
let close: () => Promise<void>

beforeEach(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-cleanup-'))
  const cloud = await startLocalCloud({ dataDir, jumpStart: false, control: true })
  cloudUrl = cloud.url
  clients = createCloudClients({ region: 'us-east-1', cloudUrl })
  loads = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const loadExperiment = async (id: string) => {
    loads.push(id)
    if (id === unknown) return undefined
    const attempt = { index: 0, attempt: 1, ...(id === tornDown ? { teardown: {} } : {}) }
    return {
      approaches: [attempt],
      earlierAttempts: [],
      ...(id === ended ? { finish: {} } : {}),
    } as unknown as ExperimentRecord
  }
  deps = { sagemaker: clients.sagemaker, installation, loadExperiment, log, now: () => new Date() }
  close = async () => {
    clients.destroy()
    await cloud.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
afterEach(() => close())

const RoleArn = 'arn:aws:iam::123456789012:role/local'
const tagsOf = (experimentId: string, whose = installation) =>
  resourceTags({ installation: whose, experimentId, approachId: 'a', attempt: 1, specSha256: 'a'.repeat(64) })
type Tags = ReturnType<typeof tagsOf>

const training = {
  RoleArn,
  AlgorithmSpecification: { TrainingImage: 'local/scripted:1', TrainingInputMode: 'File' },
  OutputDataConfig: { S3OutputPath: 's3://b/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
} satisfies Omit<CreateTrainingJobCommandInput, 'TrainingJobName'>
const hour = { duration_seconds: '3600', artifact: 'no' }

const addTrainingJob = (TrainingJobName: string, Tags: Tags) =>
  clients.sagemaker.send(new CreateTrainingJobCommand({ ...training, TrainingJobName, HyperParameters: hour, Tags }))
const addModel = (ModelName: string, Tags: Tags) =>
  clients.sagemaker.send(
    new CreateModelCommand({
      ModelName,
      ExecutionRoleArn: RoleArn,
      PrimaryContainer: { Image: 'local/scripted:1' },
      Tags,
    }),
  )
const addTuningJob = (HyperParameterTuningJobName: string, Tags: Tags) =>
  clients.sagemaker.send(
    new CreateHyperParameterTuningJobCommand({
      HyperParameterTuningJobName,
      HyperParameterTuningJobConfig: {
        Strategy: 'Random',
        HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'x' },
        ResourceLimits: { MaxNumberOfTrainingJobs: 2, MaxParallelTrainingJobs: 1 },
        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'x', MinValue: '0', MaxValue: '1' }] },
      },
      TrainingJobDefinition: {
        ...training,
        AlgorithmSpecification: {
          ...training.AlgorithmSpecification,
          MetricDefinitions: [{ Name: 'x', Regex: 'x=(.*?);' }],
        },
        StaticHyperParameters: hour,
      },
      Tags,
    }),
  )
const addEndpoint = async (name: string, Tags: Tags) => {
  await clients.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'all', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
      Tags,
    }),
  )
  await clients.sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name, Tags }))
}
const inService = async (EndpointName: string) => {
  for (;;) {
    const { EndpointStatus } = await clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName }))
    if (EndpointStatus === 'InService') return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
/** A training job, a tuning job, a model, an endpoint configuration and an endpoint. */
const addAttempt = async (experimentId: string) => {
  const name = resourceName(experimentId, 0, 1)
  const tags = tagsOf(experimentId)
  await addModel(name, tags)
  await Promise.all([addTrainingJob(name, tags), addTuningJob(name, tags), addEndpoint(name, tags)])
  await inService(name)
}
const listed = async () =>
  [...(await listHosting(clients.sagemaker, {})), ...(await listOpenJobs(clients.sagemaker, {}))]
    // The trials of a tuning job stop with it.
    .filter(({ name }) => !/-00\d-[0-9a-f]{8}$/.test(name))
    .map(({ kind, name }) => `${kind}/${name}`)
    .toSorted()
const setControl = (path: string, body: object) =>
  fetch(`${cloudUrl}/_control/${path}`, { method: 'POST', body: JSON.stringify(body) })

/** Ten that look like ours and are not, and two of an attempt that lives. */
const addForeign = async () => {
  const nameOfTornDown = resourceName(tornDown, 0, 2)
  const young = resourceName(unknown, 0, 1)
  const others = resourceName(ended, 1, 1)
  await Promise.all([
    addTrainingJob(others, tagsOf(ended, 'anotherinstal')),
    addModel(others, tagsOf(ended, 'anotherinstal')),
    addTrainingJob(nameOfTornDown, []),
    addModel(nameOfTornDown, []),
    addTrainingJob(`my-${resourceName(tornDown, 0, 1)}`, tagsOf(tornDown)),
    addModel(`detector-${tornDown}-00-01`, tagsOf(tornDown)),
    addTrainingJob(young, tagsOf(unknown)),
    addModel(young, tagsOf(unknown)),
    // The experiment in the tag is not the one in the name.
    addTrainingJob(resourceName(ended, 2, 1), tagsOf(tornDown)),
    addModel(resourceName(ended, 2, 1), tagsOf(tornDown)),
    addTrainingJob(resourceName(living, 0, 1), tagsOf(living)),
    addModel(resourceName(living, 0, 1), tagsOf(living)),
  ])
}

test('of ten orphans and ten resources of others beside them, one pass removes exactly the ten', async () => {
  await addForeign()
  const before = await listed()
  expect(before).toHaveLength(12)
  await addAttempt(tornDown)
  await addAttempt(ended)

  const dry = await sweepOrphans(deps, { dryRun: true })
  expect(dry.orphans.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'found'))
  expect(await listed()).toHaveLength(22)

  const { orphans, looked } = await createJanitor(deps)()
  expect(orphans.map(({ id }) => id).toSorted()).toEqual(dry.orphans.map(({ id }) => id).toSorted())
  expect(new Set(orphans.map(({ reason }) => reason))).toEqual(
    new Set(['its attempt was torn down', 'its experiment has ended']),
  )
  expect(looked).toMatchObject({ orphans: 10, living: 2, young: 2 })
  while ((await listed()).length > 12) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await listed()).toEqual(before)
})

test('a resource of an experiment that the ledger does not know is an orphan once it is old enough', async () => {
  await addModel(resourceName(unknown, 0, 1), tagsOf(unknown))
  const later = () => new Date(Date.now() + 20 * 60_000)
  expect((await sweepOrphans(deps)).orphans).toEqual([])
  expect((await sweepOrphans({ ...deps, now: later })).orphans).toMatchObject([
    { kind: 'model', outcome: 'removed', reason: 'the ledger knows no such experiment' },
  ])
})

test('what may not be removed is said loudly and does not keep the rest; an endpoint that is still being made is met again', async () => {
  const names = [resourceName(tornDown, 0, 1), resourceName(ended, 0, 1)] as const
  const errors: object[] = []
  await Promise.all([addModel(names[0], tagsOf(tornDown)), addModel(names[1], tagsOf(ended))])
  await setControl('lifecycle', { endpoints: [{ pattern: names[1], outcome: 'stick' }] })
  await addEndpoint(names[1], tagsOf(ended))
  await setControl('faults', {
    operation: 'DeleteModel',
    resource: names[0],
    effect: { error: { code: 'AccessDeniedException', status: 400, message: 'not authorized' } },
  })
  const log = { ...deps.log, error: (fields: object) => void errors.push(fields) }
  const clean = createJanitor({ ...deps, log })
  const outcomes = async () => Object.fromEntries((await clean()).orphans.map(({ id, outcome }) => [id, outcome]))
  expect(await outcomes()).toMatchObject({
    [`model/${names[0]}`]: 'denied',
    [`model/${names[1]}`]: 'removed',
    [`endpoint/${names[1]}`]: 'pending',
  })
  expect(errors).toMatchObject([{ name: names[0] }])
  expect(await outcomes()).toMatchObject({ [`model/${names[0]}`]: 'denied', [`endpoint/${names[1]}`]: 'pending' })
})

test('what lives is not judged at every pass', async () => {
  await addModel(resourceName(living, 0, 1), tagsOf(living))
  const clean = createJanitor(deps)
  await clean()
  await clean()
  expect(loads).toEqual([living])
})
