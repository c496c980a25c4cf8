import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import type { ExperimentSpecInput, Trained } from '@assay/contracts'
import { startStack, type Stack } from '@assay/dev'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aDdn, aTypeOne, aTypeTwo, createCloudControl, createStudy, type Study } from './study.ts'

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

afterAll(async () => {
  study?.clients.destroy()
  await stack?.stop()
})

const run = async (spec: Omit<ExperimentSpecInput, 'name' | 'dataset'>) => {
  const id = await study.submit({ dataset: steel, reuse: 'auto', ...spec })
  const view = await study.untilEnd(id)
  const jobs = [
    ...(await cloud.created('CreateTrainingJob', id)),
    ...(await cloud.created('CreateHyperParameterTuningJob', id)),
  ].filter((name) => /-\d\d-\d\d$/.test(name))
  return { id, view, jobs, report: await study.report(id) }
}

const tuned = aTypeOne({
  id: 'tuned',
  tuning: {
    strategy: 'random',
    maxTrials: 2,
    maxParallel: 2,
    ranges: { learning_rate: { type: 'continuous', min: 0.001, max: 0.01 } },
  },
})

test('what was trained and tuned before is not again: the same numbers, its first cost, and a bill of nothing', async () => {
  const approaches = [aTypeOne(), tuned, aTypeTwo(), aDdn()]
  const first = await run({ approaches })
  const again = await run({ approaches })
  expect(first.jobs).toHaveLength(4)
  expect(again.jobs).toEqual([])
  expect(again.view.outcome?.state).toBe('succeeded')
  for (const [index, approach] of again.report.approaches.entries()) {
    const before = first.report.approaches[index]
    expect(approach.reusedFrom).toMatchObject({ experimentId: first.id, approachId: approach.id, attempt: 1 })
    expect(approach.stats).toEqual(before?.stats)
    expect(approach.trainingCostUsd).toBe(before?.trainingCostUsd)
    expect(before?.trainingCostUsd).toBeGreaterThan(0)
  }
  const trained = ({ view }: typeof again) =>
    view.outcome?.bill.approaches.map(({ microUsd }) => microUsd.scoredTrial + microUsd.otherTrials + microUsd.storage)
  expect(trained(again)).toEqual([0, 0, 0, 0])
  expect(trained(first)?.every((microUsd) => microUsd > 0)).toBe(true)
  expect(again.report.remarks.join()).toContain(`reused from tuned of experiment ${first.id}`)
  expect(again.view.approaches[0]?.stages[0]).toMatchObject({ stage: 'train', reason: { code: 'reused' } })
})

test('a plan says what would be reused and costs nothing, and because of which fields something would not', async () => {
  const approach = aTypeOne({ hyperparameters: { epochs: 5, mini_batch_size: 8 } })
  const { id } = await run({ approaches: [approach] })
  const { report } = await run({ approaches: [approach] })
  expect(report.approaches[0]?.reusedFrom?.experimentId).toBe(id)
  const plan = (change: object) =>
    study.client.plan({ name: 'plan', dataset: steel, approaches: [{ ...approach, ...change }] }, { bodies: true })
  const [hit] = (await plan({})).approaches
  expect(hit?.reuse).toMatchObject({ verdict: 'hit', from: { experimentId: id } })
  expect(hit?.lines[0]).toMatchObject({ item: 'training', microUsd: { expected: 0 } })
  expect(hit?.requests?.map(({ operation }) => operation)).toEqual([
    'CreateModel',
    'CreateEndpointConfig',
    'CreateEndpoint',
  ])
  const [miss] = (await plan({ hyperparameters: { epochs: 6, mini_batch_size: 8 } })).approaches
  expect(miss?.reuse).toMatchObject({ verdict: 'miss', nearest: { differs: ['hyperparameters.epochs'] } })
  expect((await plan({ reuse: 'never' })).approaches[0]?.reuse).toEqual({ verdict: 'off' })
})

test('never means never, for an approach and for an experiment', async () => {
  const first = await run({ approaches: [aTypeOne({ id: 'a' })] })
  expect((await run({ approaches: [aTypeOne({ id: 'b' })] })).jobs).toEqual([])
  expect((await run({ approaches: [aTypeOne({ id: 'b', reuse: 'never' })] })).jobs).toHaveLength(1)
  expect((await run({ reuse: 'never', approaches: [aTypeOne({ id: 'b' })] })).jobs).toHaveLength(1)
  expect(first.view.outcome?.state).toBe('succeeded')
})

test('another seed, split or hyperparameter trains again', async () => {
  await run({ approaches: [aTypeOne()] })
  expect((await run({ seed: 7, approaches: [aTypeOne()] })).jobs).toHaveLength(1)
  expect((await run({ split: { seed: 7 }, approaches: [aTypeOne()] })).jobs).toHaveLength(1)
  expect(
    (
      await run({
        approaches: [aTypeOne({ hyperparameters: { epochs: 3, mini_batch_size: 8, learning_rate: 0.005 } })],
      })
    ).jobs,
  ).toHaveLength(1)
})

test('a training whose model was deleted is trained again, and that one is reused', async () => {
  const approaches = [aTypeOne({ hyperparameters: { epochs: 4, mini_batch_size: 8 } })]
  const first = await run({ approaches })
  const [train] = (await study.documents(first.id, /\/train\.json$/)) as unknown as Pick<Trained, 'output'>[]
  const key = train?.output.modelArtifact.replace(`s3://${stack.bucket}/`, '')
  await study.clients.s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key: key }))
  const second = await run({ approaches })
  expect(second.jobs).toHaveLength(1)
  const third = await run({ approaches })
  expect(third.jobs).toEqual([])
  expect(third.report.approaches[0]?.reusedFrom?.experimentId).toBe(second.id)
})

test('a worker killed while its job trains leaves one job and one memory of it', async () => {
  const approaches = [aTypeOne({ hyperparameters: { epochs: 60, mini_batch_size: 8 } })]
  const id = await study.submit({ dataset: steel, reuse: 'auto', approaches })
  await study.until(id, ({ approaches: [approach] }) => approach?.stages[0]?.progress?.done !== undefined)
  await stack.kill('worker-train-1')
  await stack.restart('worker-train-1')
  expect((await study.untilEnd(id)).outcome?.state).toBe('succeeded')
  expect(await cloud.created('CreateTrainingJob', id)).toHaveLength(1)
  const again = await run({ approaches })
  expect(again.jobs).toEqual([])
  expect(again.report.approaches[0]?.reusedFrom?.experimentId).toBe(id)
})
