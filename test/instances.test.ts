import { DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker'
import type { FinishOutput, Outcome } from '@assay/contracts'
import { rateFor } from '@assay/pricing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from '@assay/dev'
import { aTypeOne, aTypeTwo, createCloudControl, createStudy, type Study } from './study.ts'

let stack: Stack
let study: Study
let cloud: ReturnType<typeof createCloudControl>
let steel: string

beforeAll(async () => {
  stack = await startStack({ timeScale: 0.02, cloudArgs: ['--control'] })
  study = createStudy(stack)
  cloud = createCloudControl(stack)
  steel = await study.addSteel(60)
}, 120_000)

afterEach(() => cloud.change('lifecycle', { withoutCapacity: [], quotas: {} }))

afterAll(async () => {
  study?.clients.destroy()
  await stack?.stop()
})

const tuning = {
  strategy: 'random' as const,
  maxTrials: 2,
  maxParallel: 2,
  ranges: { learning_rate: { type: 'continuous' as const, min: 0.001, max: 0.01 } },
}

const dollars = (seconds: number, instanceType: string, use: 'training' | 'hosting') =>
  (seconds / 3600) * ((rateFor(instanceType, use, 'us-east-1')?.microUsdPerHour ?? Number.NaN) / 1e6)

const billOf = ({ bill }: FinishOutput, id: string) => bill.approaches.find(({ approachId }) => approachId === id)

test('training, trials and endpoint run on the first of their types that is to be had, and are billed as that', async () => {
  await cloud.change('lifecycle', { withoutCapacity: ['ml.g4dn.xlarge', 'ml.m5.large'] })
  const common = {
    instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.2xlarge'],
    endpoint: { instanceTypes: ['ml.m5.large', 'ml.m5.2xlarge'] },
  }
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne(common), aTypeOne({ ...common, id: 'tuned', tuning })],
  })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  expect(approaches.map(({ attempt }) => attempt)).toEqual([1, 1])
  const report = await study.report(id)
  for (const approach of report.approaches) {
    expect(new Set(approach.trials.map(({ instanceType }) => instanceType))).toEqual(new Set(['ml.g5.2xlarge']))
    expect(approach.cost.endpointInstanceType).toBe('ml.m5.2xlarge')
    expect(approach.trainingCostUsd).toBeCloseTo(dollars(approach.billableSeconds ?? 0, 'ml.g5.2xlarge', 'training'), 5)
    const teardowns = (await study.documents(
      id,
      new RegExp(`/${approach.id}/1/teardown`),
    )) as unknown as Outcome<'teardown'>[]
    const seconds = teardowns[0]?.output?.endpointSeconds ?? 0
    const { endpointBusy = 0, endpointIdle = 0 } = billOf(outcome as FinishOutput, approach.id)?.microUsd ?? {}
    expect((endpointBusy + endpointIdle) / 1e6).toBeCloseTo(dollars(seconds, 'ml.m5.2xlarge', 'hosting'), 5)
  }
})

test('where one request cannot name the next type, the next attempt does, and each attempt makes one job', async () => {
  await cloud.change('lifecycle', { withoutCapacity: ['ml.g4dn.xlarge', 'ml.g5.xlarge'] })
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeTwo({ instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.xlarge', 'ml.m5.xlarge'] })],
  })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  expect(outcome?.cleanup.remaining).toEqual([])
  expect(approaches[0]?.attempt).toBe(2)
  const created = await cloud.created('CreateTrainingJob', id)
  expect(created).toHaveLength(2)
  const image = async (name: string) =>
    (await study.clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name })))
      .AlgorithmSpecification?.TrainingImage
  expect(await Promise.all(created.map(image))).toEqual([
    expect.stringContaining('-gpu-') as string,
    expect.stringContaining('-cpu-') as string,
  ])
  const [first] = await study.documents(id, /\/type-2\/1\/train\.json$/)
  expect(first?.['reason']).toMatchObject({ code: 'no_capacity', nextInstanceType: 'ml.m5.xlarge' })
  const [approach] = (await study.report(id)).approaches
  expect(approach?.trials.map(({ instanceType }) => instanceType)).toEqual(['ml.m5.xlarge'])
})

test('where none of the types is to be had the approach fails, says so and leaves nothing', async () => {
  await cloud.change('lifecycle', { withoutCapacity: ['ml.g4dn.xlarge', 'ml.m5.xlarge'] })
  const id = await study.submit({
    dataset: steel,
    approaches: [
      aTypeOne({ instanceTypes: ['ml.g4dn.xlarge'], tuning }),
      aTypeOne({ id: 'good', instanceTypes: ['ml.g5.xlarge'], endpoint: { instanceTypes: ['ml.m5.large'] } }),
    ],
  })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('partially_succeeded')
  expect(outcome?.cleanup.remaining).toEqual([])
  expect(approaches[0]?.reason).toMatchObject({
    code: 'no_capacity',
    message: expect.stringContaining('ml.g4dn.xlarge') as string,
  })
  // Twice more by itself, as capacity may return.
  expect(approaches[0]?.attempt).toBe(3)
})

test('a cloud that does not know ordered preferences is asked for one type after the other', async () => {
  await cloud.change('lifecycle', { withoutCapacity: ['ml.g4dn.xlarge'] })
  await cloud.change('faults', {
    operation: 'CreateTrainingJob',
    probability: 1,
    count: 1,
    when: 'before',
    effect: {
      error: { code: 'ValidationException', status: 400, message: 'Unknown member ResourceConfig.InstancePreferences' },
    },
  })
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne({ instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.xlarge'] })],
  })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  expect(approaches[0]?.attempt).toBe(2)
  expect(await cloud.created('CreateTrainingJob', id)).toHaveLength(2)
  const [approach] = (await study.report(id)).approaches
  expect(approach?.trials.map(({ instanceType }) => instanceType)).toEqual(['ml.g5.xlarge'])
})

test('an exceeded quota is waited out without using up a try', async () => {
  await cloud.change('lifecycle', { quotas: { 'ml.g4dn.xlarge for training job usage': 0 } })
  const id = await study.submit({
    dataset: steel,
    approaches: [aTypeOne({ instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.xlarge'] })],
  })
  const waiting = await study.until(id, ({ approaches }) => approaches[0]?.stages[0]?.state === 'waiting')
  expect(waiting.approaches[0]?.stages[0]?.progress?.message).toContain('waits for quota')
  await cloud.change('lifecycle', { quotas: {} })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  expect(approaches[0]?.attempt).toBe(1)
  expect(approaches[0]?.stages[0]?.tries).toBe(1)
  const [approach] = (await study.report(id)).approaches
  expect(approach?.trials.map(({ instanceType }) => instanceType)).toEqual(['ml.g4dn.xlarge'])
})

test('an exceeded quota is fallen back from where the spec asks for it', async () => {
  await cloud.change('lifecycle', { quotas: { 'ml.g4dn.xlarge for training job usage': 0 } })
  const common = { instanceTypes: ['ml.g4dn.xlarge', 'ml.g5.xlarge'], onQuota: 'next-type' as const }
  const id = await study.submit({ dataset: steel, approaches: [aTypeOne(common)] })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.state).toBe('succeeded')
  expect(approaches[0]?.attempt).toBe(2)
  expect(await cloud.created('CreateTrainingJob', id)).toHaveLength(1)
  const [approach] = (await study.report(id)).approaches
  expect(approach?.trials.map(({ instanceType }) => instanceType)).toEqual(['ml.g5.xlarge'])
})
