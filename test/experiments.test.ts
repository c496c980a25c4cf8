import { randomUUID } from 'node:crypto'
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  ListEndpointsCommand,
  ListTrainingJobsCommand,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker'
import { tagNames } from '@assay/cloud'
import type { ExperimentView, Report, StageName } from '@assay/contracts'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '@assay/dev'
import { aTypeOne, aTypeTwo, createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let steel: string

beforeAll(async () => {
  stack = await startStack({ workers: { infer: 3 }, timeScale: 0.02 })
  study = createStudy(stack)
  steel = await study.addSteel(60)
}, 120_000)

afterAll(async () => {
  study?.clients.destroy()
  await stack?.stop()
})

const numbersOf = ({ approaches }: Report) =>
  approaches.map(({ id, status, stats, perCategoryAP }) => ({ id, status, stats, perCategoryAP }))

test('records, files and JumpStart’s layout of a COCO set of colour PNG and JPEG end in a report over its own category ids', async () => {
  const dataset = await study.addShapes(40)
  const files = aTypeOne({ id: 'files', channels: 'image-json' })
  const id = await study.submit({
    dataset,
    inference: { shardImages: 10 },
    approaches: [aTypeOne(), files, aTypeTwo()],
  })
  const { outcome } = await study.untilEnd(id)
  const report = await study.report(id)
  expect(outcome?.state).toBe('succeeded')
  expect(outcome?.cleanup.remaining).toEqual([])
  expect(report.split.train + report.split.validation + report.split.test).toBe(40)
  expect(report.approaches.map(({ stats }) => stats?.length)).toEqual([12, 12, 12])
  expect(report.approaches.map(({ diagnosis }) => diagnosis?.threshold.chosenOn)).toEqual([
    'validation',
    'validation',
    'nothing',
  ])
  expect(report.approaches.map(({ perCategoryAP }) => Object.keys(perCategoryAP ?? {}))).toEqual([
    ['3', '17', '90'],
    ['3', '17', '90'],
    ['3', '17', '90'],
  ])
})

test('a worker of each kind killed mid-run, and Redis emptied, change none of the numbers', async () => {
  const tuned = aTypeOne({
    id: 'tuned',
    tuning: {
      strategy: 'random',
      maxTrials: 2,
      maxParallel: 1,
      ranges: { learning_rate: { type: 'continuous', min: 0.001, max: 0.01 } },
    },
  })
  const spec = { dataset: steel, inference: { shardImages: 10 }, approaches: [aTypeOne(), tuned] }
  const calm = await study.submit(spec)
  await study.untilEnd(calm)

  const disturbed = await study.submit(spec)
  // Each dies once the first stage of its kind has begun; the infer workers die at an endpoint and at the images.
  const has = (name: StageName) => (view: ExperimentView) =>
    [...view.stages, ...view.approaches.flatMap(({ stages }) => stages)].some(
      ({ stage, state }) => stage === name && state !== 'pending' && state !== 'queued',
    )
  const deaths: [string, StageName][] = [
    ['worker-split-1', 'split'],
    ['worker-train-1', 'train'],
    ['worker-tune-1', 'tune'],
    ['worker-infer-1', 'deploy'],
    ['worker-infer-2', 'infer'],
    ['worker-control-1', 'teardown'],
    ['worker-report-1', 'evaluate'],
  ]
  const redis = new Redis(stack.redisUrl)
  for (const [name, stage] of deaths) {
    await study.until(disturbed, has(stage))
    await stack.kill(name)
    if (stage === 'tune') await redis.flushall()
    await stack.restart(name)
  }
  redis.disconnect()
  const { outcome } = await study.untilEnd(disturbed)
  expect(outcome?.state).toBe('succeeded')
  expect(outcome?.cleanup.remaining).toEqual([])
  expect(numbersOf(await study.report(disturbed))).toEqual(numbersOf(await study.report(calm)))
})

/** Shards done by each worker, by its id. */
const shardsByWorker = async (id: string): Promise<Map<string, number>> => {
  const shards = (await study.documents(id, /\/infer-\d+\.json$/)) as { output: { worker: string } }[]
  const counts = new Map<string, number>()
  for (const { output } of shards) counts.set(output.worker, (counts.get(output.worker) ?? 0) + 1)
  for (const [worker, count] of counts) process.stdout.write(`${worker}: ${count} shards\n`)
  return counts
}

test('one infer worker does all shards, three share them: each does some, none is done twice', async () => {
  const spec = {
    dataset: await study.addSteel(180),
    split: { train: 0.1, validation: 0.1, test: 0.8 },
    inference: { shardImages: 10 },
    approaches: [aTypeOne({ endpoint: { maxConcurrency: 6 } }), aTypeTwo({ endpoint: { maxConcurrency: 6 } })],
  }
  const three = await study.submit(spec)
  expect((await study.untilEnd(three)).outcome?.state).toBe('succeeded')
  const shared = [...(await shardsByWorker(three)).values()]
  expect(shared).toHaveLength(3)
  expect(shared.reduce((sum, count) => sum + count, 0)).toBe(30)

  await Promise.all(['worker-infer-2', 'worker-infer-3'].map((name) => stack.kill(name)))
  const one = await study.submit(spec)
  expect((await study.untilEnd(one)).outcome?.state).toBe('succeeded')
  expect([...(await shardsByWorker(one)).values()]).toEqual([30])
  expect(numbersOf(await study.report(one))).toEqual(numbersOf(await study.report(three)))
  await Promise.all(['worker-infer-2', 'worker-infer-3'].map((name) => stack.restart(name)))
})

test('canceling mid-training stops the jobs and leaves nothing; again it is harmless', async () => {
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne({ hyperparameters: { epochs: 500, mini_batch_size: 8 } }), aTypeTwo()],
  })
  await study.until(id, ({ approaches }) =>
    approaches.some(({ stages }) => stages.some(({ stage, state }) => stage === 'train' && state === 'waiting')),
  )
  await study.client.cancel(id)
  const { outcome } = await study.untilEnd(id)
  await study.client.cancel(id)
  expect(outcome?.state).toBe('canceled')
  expect(outcome?.cleanup.remaining).toEqual([])
  const { TrainingJobSummaries } = await study.clients.sagemaker.send(
    new ListTrainingJobsCommand({ NameContains: id, StatusEquals: 'InProgress' }),
  )
  expect(TrainingJobSummaries).toEqual([])
})

test('what has not ended by its deadline is stopped and torn down', async () => {
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne({ hyperparameters: { epochs: 2_000, mini_batch_size: 8 } })],
    stageDeadlineMinutes: { train: 0.1 },
  })
  const live = await study.until(id, ({ approaches }) => approaches[0]?.stages[0]?.state === 'waiting')
  expect(live.approaches[0]?.stages[0]?.progress?.deadlineAt).toBeDefined()
  const { approaches, outcome } = await study.untilEnd(id)
  expect(approaches[0]?.reason).toMatchObject({ code: 'deadline' })
  expect(outcome).toMatchObject({ state: 'failed', cleanup: { remaining: [] } })
})

test('an approach whose training somebody stopped fails with the reason while the rest stands; a retry completes the experiment', async () => {
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne({ id: 'stopped', hyperparameters: { epochs: 60, mini_batch_size: 8 } }), aTypeTwo()],
  })
  await study.until(id, ({ approaches }) => approaches[0]?.stages[0]?.state === 'waiting')
  await study.clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: `assay-${id}-00-01` }))
  const { outcome } = await study.untilEnd(id)
  const { approaches } = await study.report(id)
  expect(outcome?.state).toBe('partially_succeeded')
  expect(approaches.map(({ status, reason }) => [status, reason?.code])).toEqual([
    ['failed', 'training_stopped'],
    ['succeeded', undefined],
  ])

  await study.client.retry(id, 'stopped')
  const again = await study.until(id, (view) => view.outcome?.state === 'succeeded')
  expect(again.approaches.map(({ attempt }) => attempt)).toEqual([2, 1])
  expect(again.outcome?.cleanup.remaining).toEqual([])
  const second = await study.report(id)
  expect(second.approaches.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
  expect(second.approaches[1]?.stats).toEqual(approaches[1]?.stats)
})

test('an endpoint that somebody else made under the tag of the experiment is named as remaining', async () => {
  const id = await study.submit({ dataset: steel, approaches: [aTypeOne()] })
  const { sagemaker } = study.clients
  await study.until(id, ({ approaches }) => approaches[0]?.stages[1]?.state === 'succeeded')
  const artifact = (await study.documents(id, /\/train\.json$/))[0] as { output: { modelArtifact: string } }
  const name = `planted-${randomUUID().slice(0, 8)}`
  const Image = '811284229777.dkr.ecr.us-east-1.amazonaws.com/object-detection:1'
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: 'arn:aws:iam::000000000000:role/assay-local',
      PrimaryContainer: { Image, ModelDataUrl: artifact.output.modelArtifact },
    }),
  )
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'all', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.xlarge' },
      ],
    }),
  )
  await sagemaker.send(
    new CreateEndpointCommand({
      EndpointName: name,
      EndpointConfigName: name,
      Tags: [{ Key: tagNames.experiment, Value: id }],
    }),
  )
  const { outcome } = await study.untilEnd(id)
  expect(outcome?.cleanup.remaining.map((one) => [one.kind, one.name])).toEqual([['endpoint', name]])
  expect((await study.report(id)).cleanup?.remaining).toHaveLength(1)
  for (;;) {
    const { Endpoints = [] } = await sagemaker.send(new ListEndpointsCommand({ NameContains: name }))
    if (Endpoints.length === 0) break
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: name })).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
})

test('while Redis is away submitting answers 503 and writes nothing; what was accepted goes on when it is back', async () => {
  const id = await study.submit({ dataset: steel, approaches: [aTypeOne()] })
  await stack.kill('redis')
  await expect(study.submit({ dataset: steel, approaches: [aTypeOne()] })).rejects.toMatchObject({ status: 503 })
  await stack.restart('redis')
  const { outcome } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
})
