import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
} from '@aws-sdk/client-sagemaker'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aCloud, aScriptedJob, eventually } from '../testing/a-cloud.ts'
import type { JournalEntry } from './journal.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>

beforeEach(async () => {
  cloud = await aCloud({ control: true })
})
afterEach(async () => cloud.end())

const control = async (method: string, path: string, body?: unknown, url = cloud.url): Promise<unknown> => {
  const answer = await fetch(`${url}/_control/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
const journal = (query = '', url = cloud.url) =>
  control('GET', `journal${query}`, undefined, url) as Promise<JournalEntry[]>

const create = (name: string, hyperparameters?: Record<string, string>) =>
  cloud.sagemaker.send(
    new CreateTrainingJobCommand(
      aScriptedJob(name, hyperparameters, { StoppingCondition: { MaxRuntimeInSeconds: 86_400 } }),
    ),
  )
const describe = (name: string) => cloud.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }))

test('a response dropped after the commit leaves exactly one job, and the journal says so', async () => {
  await control('POST', 'faults', { operation: 'CreateTrainingJob', when: 'after', count: 1, effect: { drop: true } })
  await expect(create('once')).rejects.toThrow(/socket hang up|ECONNRESET/)
  await expect(create('once')).rejects.toMatchObject({ name: 'ResourceInUse' })
  const entries = await journal('?operation=CreateTrainingJob')
  expect(entries.map(({ status, committed }) => ({ status, committed }))).toEqual([
    { status: 0, committed: true },
    { status: 400, committed: false },
  ])
})

test('an error before the commit does nothing, and only as often as the rule says', async () => {
  await control('POST', 'faults', {
    operation: 'Create*',
    count: 2,
    effect: { error: { code: 'ThrottlingException', message: 'Rate exceeded' } },
  })
  await expect(create('later')).rejects.toMatchObject({ name: 'ThrottlingException' })
  await expect(create('later')).rejects.toMatchObject({ name: 'ThrottlingException' })
  await create('later')
})

test('an error after the commit is answered though the work is done', async () => {
  const effect = { error: { code: 'InternalFailure', status: 500 } }
  await control('POST', 'faults', { operation: 'CreateTrainingJob', when: 'after', count: 1, effect })
  await expect(create('done')).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
  expect(await describe('done')).toMatchObject({ TrainingJobName: 'done' })
  expect(await journal('?operation=CreateTrainingJob')).toMatchObject([
    { status: 500, errorCode: 'InternalFailure', committed: true },
  ])
})

test('a rule holds up the resources that it names, and no others', async () => {
  await create('held')
  await create('free')
  await control('POST', 'faults', { operation: 'Describe*', resource: '^held$', effect: { delayMs: 300 } })
  const order: string[] = []
  await Promise.all(
    ['held', 'free'].map(async (name) => {
      await describe(name)
      order.push(name)
    }),
  )
  expect(order).toEqual(['free', 'held'])
})

test('chance hits about its share of the calls, the same ones for the same seed', async () => {
  await create('by-chance')
  const hits = async () => {
    const rule = { service: 'sagemaker', operation: 'DescribeTrainingJob', probability: 0.5, seed: 7 }
    await control('DELETE', 'faults')
    await control('POST', 'faults', { ...rule, effect: { error: { code: 'ThrottlingException' } } })
    const met: boolean[] = []
    for (let call = 0; call < 40; call += 1)
      met.push(
        await describe('by-chance').then(
          () => false,
          () => true,
        ),
      )
    return met
  }
  const first = await hits()
  expect(first.filter((hit) => hit).length).toBeGreaterThan(10)
  expect(first.filter((hit) => hit).length).toBeLessThan(30)
  expect(await hits()).toEqual(first)
})

test('what was created can be hidden for a while', async () => {
  await control('POST', 'faults', { operation: 'CreateTrainingJob', effect: { hideMs: 300 } })
  await create('hidden')
  await expect(describe('hidden')).rejects.toThrow('Requested resource not found')
  expect((await cloud.sagemaker.send(new ListTrainingJobsCommand({}))).TrainingJobSummaries).toEqual([])
  await expect(create('hidden')).rejects.toMatchObject({ name: 'ResourceInUse' })
  await eventually(
    () => describe('hidden').then(({ TrainingJobName }) => TrainingJobName, String),
    (name) => name === 'hidden',
  )
})

test('an object read with a flipped bit fails its checksum', async () => {
  await cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'some text' }))
  await control('POST', 'faults', { service: 's3', operation: 'GetObject', count: 1, effect: { corrupt: true } })
  const read = async () =>
    (await cloud.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'k' }))).Body?.transformToString()
  await expect(read()).rejects.toThrow(/checksum/i)
  expect(await read()).toBe('some text')
})

test('an object of which half a body arrives is an error, however large it is', async () => {
  for (const size of [9, 3_000_000]) {
    await cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'x'.repeat(size) }))
    await control('POST', 'faults', { service: 's3', operation: 'GetObject', count: 1, effect: { truncate: true } })
    const read = async () =>
      (await cloud.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'k' }))).Body?.transformToString()
    await expect(read()).rejects.toThrow(/aborted|ECONNRESET/)
    expect(await read()).toHaveLength(size)
  }
})

test('a put dropped after the commit is stored', async () => {
  await control('POST', 'faults', {
    service: 's3',
    operation: 'PutObject',
    count: 1,
    when: 'after',
    effect: { drop: true },
  })
  const put = () => cloud.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'once', Body: 'x', IfNoneMatch: '*' }))
  await expect(put()).rejects.toThrow(/socket hang up|ECONNRESET/)
  await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } })
})

test('the clock runs scripted jobs and stamps: an hour in a tenth of a second', async () => {
  await control('POST', 'clock', { hourInSeconds: 0.1 })
  await create('fast', { duration_seconds: '7200' })
  const job = await eventually(
    () => describe('fast'),
    ({ TrainingJobStatus }) => TrainingJobStatus === 'Completed',
  )
  expect(job.BillableTimeInSeconds).toBeGreaterThanOrEqual(7200)
  const bill = (await control('GET', 'bill')) as { lines: { seconds: number }[] }
  expect(bill.lines).toMatchObject([{ name: 'fast', seconds: job.BillableTimeInSeconds, running: false }])
})

test('calls over a rate are throttled', async () => {
  await control('POST', 'throttles', { ListTrainingJobs: 2 })
  const list = () =>
    cloud.sagemaker.send(new ListTrainingJobsCommand({})).then(
      () => 'listed',
      (error: Error) => error.name,
    )
  expect(await Promise.all([list(), list(), list()])).toContain('ThrottlingException')
})

test('an operation that is not supported is refused and journalled', async () => {
  const answer = await fetch(cloud.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'SageMaker.CreateNotebookInstance', 'content-type': 'application/x-amz-json-1.1' },
    body: '{}',
  })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ __type: 'UnknownOperationException' })
  expect(await journal('?operation=CreateNotebookInstance')).toMatchObject([
    { errorCode: 'UnknownOperationException', committed: false },
  ])
})

test.each([
  ['no object', '/', { headers: { 'x-amz-target': 'SageMaker.CreateTrainingJob' }, body: 'null' }],
  ['a list', '/', { headers: { 'x-amz-target': 'SageMaker.CreateTrainingJob' }, body: '[]' }],
  ['broken JSON', '/', { headers: { 'x-amz-target': 'SageMaker.CreateTrainingJob' }, body: '{' }],
  ['a name with broken escapes', '/endpoints/%zz/invocations', { body: 'x' }],
])('a request of %s is answered and journalled', async (_, path, init) => {
  await control('DELETE', 'journal')
  const answer = await fetch(cloud.url + path, { method: 'POST', ...init })
  expect(answer.status).toBe(400)
  expect(await journal()).toMatchObject([
    { status: 400, errorCode: expect.stringMatching(/SerializationException|ValidationError/) },
  ])
})

test('the journal goes on after a restart', async () => {
  await create('before')
  const { url } = await cloud.restart()
  const entries = await journal('?operation=CreateTrainingJob', url)
  expect(entries).toMatchObject([{ resource: 'before', committed: true }])
})

test.each([
  ['lifecycle', { quotas: { 'ml.m5.large for endpoint usage': '1' } }, 'quotas must be numbers of instances'],
  ['lifecycle', { endpoints: [{ pattern: '(', outcome: 'fail' }] }, 'pattern a regular expression'],
  ['lifecycle', { endpoints: [{ pattern: 'a', outcome: 'explode' }] }, 'endpoints must be a list of'],
  ['lifecycle', { principals: [{ pattern: 'a', mising: true }] }, 'principals must be a list of'],
  ['lifecycle', { trainingStartSeconds: -1 }, 'trainingStartSeconds must be a number of seconds, 0 or more, not -1'],
  ['lifecycle', { speed: 1 }, 'there is no setting speed; there are trainingStartSeconds'],
  ['lifecycle', [], 'settings are an object, not []'],
  ['throttles', { ListTrainingJobs: 0 }, 'ListTrainingJobs must have a number of calls a second above 0, not 0'],
  ['throttles', null, 'throttles are calls a second by operation'],
  ['clock', { hourInSeconds: '1' }, 'hourInSeconds must be above 0'],
  ['faults', { effect: { drop: true, delayMs: 1 } }, 'effect must be one of'],
])('POST %s of %j is refused with what is needed, and changes nothing', async (path, body, message) => {
  const stateOf = async () => ({ ...((await control('GET', path)) as object), cloudTime: undefined })
  const before = await stateOf()
  await expect(control('POST', path, body)).rejects.toThrow(message)
  expect(await stateOf()).toEqual(before)
})
