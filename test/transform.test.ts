import { randomUUID } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { DescribeTransformJobCommand } from '@aws-sdk/client-sagemaker'
import type { Outcome, Report, SplitManifest } from '@assay/contracts'
import { type Stack, startStack } from '@assay/dev'
import { rateFor } from '@assay/pricing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
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

afterEach(() => cloud.change('lifecycle', { withoutCapacity: [], quotas: {} }))

afterAll(async () => {
  study?.clients.destroy()
  await stack?.stop()
})

const transform = { inference: 'transform' as const }

test('a transform job gives the same numbers to the last digit as an endpoint, from the images where they lie', async () => {
  const spec = { dataset: steel, inference: { shardImages: 10 } }
  const asked = await study.submit({ ...spec, approaches: [aTypeOne(), aTypeTwo()] })
  await study.untilEnd(asked)
  const batch = {
    name: 'batched',
    reuse: 'never' as const,
    ...spec,
    approaches: [aTypeOne(transform), aTypeTwo(transform)],
  }
  const key = randomUUID()
  const plan = await study.client.plan(batch, { bodies: true, idempotencyKey: key })
  const batched = await study.client.submit(batch, key)
  const { outcome } = await study.untilEnd(batched)
  expect(outcome).toMatchObject({ state: 'succeeded', cleanup: { remaining: [] } })
  const [before, after] = (await Promise.all([asked, batched].map(study.report))) as [Report, Report]
  for (const [index, approach] of after.approaches.entries()) {
    const other = before.approaches[index]
    const { inference, stats, perCategoryAP, diagnosis, latencyMs, cost } = approach
    expect({ inference, latencyMs }).toEqual({ inference: 'transform', latencyMs: null })
    expect({ stats, perCategoryAP, diagnosis }).toEqual({
      stats: other?.stats,
      perCategoryAP: other?.perCategoryAP,
      diagnosis: other?.diagnosis,
    })

    const name = `assay-${batched}-0${index}-01`
    const job = await study.clients.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: name }))
    const { Tags, ...planned } = plan.approaches[index]?.requests?.at(-1)?.body ?? {}
    expect(Tags).toContainEqual({ Key: 'assay:experiment', Value: batched })
    expect(job).toMatchObject(planned)
    const seconds = ((job.TransformEndTime?.getTime() ?? 0) - (job.TransformStartTime?.getTime() ?? 0)) / 1000
    const rate = rateFor('ml.m5.xlarge', 'transform', 'us-east-1')?.microUsdPerHour ?? Number.NaN
    const billed = outcome?.bill.approaches[index]?.microUsd
    expect(billed?.endpointIdle).toBe(0)
    expect((billed?.endpointBusy ?? Number.NaN) / 1e6).toBeCloseTo((seconds * rate) / 3.6e9, 5)
    expect(cost.endpointInstanceType).toBe('ml.m5.xlarge')

    // Exactly the images that are scored or choose a threshold, none of them copied.
    const uri = job.TransformInput?.DataSource?.S3DataSource?.S3Uri ?? ''
    const manifest = await study.clients.s3.send(
      new GetObjectCommand({ Bucket: stack.bucket, Key: uri.replace(`s3://${stack.bucket}/`, '') }),
    )
    const [head, ...names] = JSON.parse((await manifest.Body?.transformToString()) ?? '[]') as [
      { prefix: string },
      ...string[],
    ]
    const { test: tested, validation } = after.split
    expect(names).toHaveLength(approach.recipe === 'jumpstart' ? tested : tested + validation)
    expect(head.prefix).toContain(steel)
  }
  expect(await cloud.created('CreateTransformJob', batched)).toHaveLength(2)
  expect(await cloud.created('CreateEndpoint', batched)).toEqual([])
  expect(after.remarks.join()).toContain('Answered by batch transform')
})

test('an infer worker killed while a transform job runs leaves one job, and the same numbers', async () => {
  const spec = { dataset: steel, inference: { shardImages: 10 }, approaches: [aTypeOne(transform)] }
  const id = await study.submit(spec)
  await study.until(id, ({ approaches: [approach] }) =>
    (approach?.stages ?? []).some(
      ({ stage, progress }) => stage === 'deploy' && progress?.message.includes('transform'),
    ),
  )
  await stack.kill('worker-infer-1')
  await stack.restart('worker-infer-1')
  expect((await study.untilEnd(id)).outcome).toMatchObject({ state: 'succeeded', cleanup: { remaining: [] } })
  expect(await cloud.created('CreateTransformJob', id)).toHaveLength(1)
})

test('a transform job without capacity, or beyond a quota where the spec says so, goes on to the next type', async () => {
  const approach = aTypeOne({
    ...transform,
    onQuota: 'next-type',
    endpoint: { instanceTypes: ['ml.m5.large', 'ml.m5.xlarge', 'ml.m5.2xlarge'] },
  })
  await cloud.change('lifecycle', {
    withoutCapacity: ['ml.m5.large'],
    quotas: { 'ml.m5.xlarge for transform job usage': 0 },
  })
  const id = await study.submit({ dataset: steel, approaches: [approach] })
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome).toMatchObject({ state: 'succeeded', cleanup: { remaining: [] } })
  expect(approaches[0]?.attempt).toBe(3)
  expect(await cloud.created('CreateTrainingJob', id)).toHaveLength(1)
  expect((await study.report(id)).approaches[0]?.cost.endpointInstanceType).toBe('ml.m5.2xlarge')
})

test('an image that the model cannot answer fails the approach, which names it', async () => {
  const dataset = await study.addSteel(60)
  const id = await study.submit({ dataset, approaches: [aTypeOne(transform)] })
  await study.until(id, ({ approaches: [approach] }) => approach?.stages[0]?.state === 'waiting')
  const [split] = (await study.documents(id, /\/split\.json$/)) as unknown as Outcome<'split'>[]
  const key = split?.output?.manifest.key
  const stored = await study.clients.s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key: key }))
  const { images } = JSON.parse((await stored.Body?.transformToString()) ?? '{}') as SplitManifest
  const file = images.find(({ part }) => part === 'test')?.file ?? ''
  await study.clients.s3.send(
    new PutObjectCommand({ Bucket: stack.bucket, Key: `uploads/${dataset}/${file}`, Body: 'no image' }),
  )
  const { outcome, approaches } = await study.untilEnd(id)
  expect(outcome?.cleanup.remaining).toEqual([])
  expect(approaches[0]).toMatchObject({
    state: 'failed',
    reason: { code: 'transform_failed', message: expect.stringContaining(file) as string },
  })
})

test('canceling while a transform job runs stops it and leaves nothing', async () => {
  const id = await study.submit({ dataset: steel, approaches: [aTypeOne(transform)] })
  await study.until(id, ({ approaches: [approach] }) =>
    (approach?.stages ?? []).some(
      ({ stage, progress }) => stage === 'deploy' && progress?.message.includes('transform'),
    ),
  )
  await study.client.cancel(id)
  const { outcome } = await study.untilEnd(id)
  expect(outcome).toMatchObject({ state: 'canceled', cleanup: { remaining: [] } })
  const [teardown] = (await study.documents(id, /\/teardown\.json$/)) as unknown as Outcome<'teardown'>[]
  expect(teardown?.output?.deleted.map(({ kind }) => kind)).toContain('transform-job')
})

test('a recipe whose requests are not images is refused at the door', async () => {
  await expect(study.submit({ dataset: steel, approaches: [aDdn(transform)] })).rejects.toThrow(/transform met/)
})
