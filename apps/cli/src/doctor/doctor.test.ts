import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@assay/client'
import { createCloudClients } from '@assay/cloud'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { startLocalCloud } from '@assay/local-cloud'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { checkBucket } from './check-bucket.ts'
import { checkClock } from './check-clock.ts'
import type { Finding } from './finding.ts'
import { runDoctor } from './run-doctor.ts'

let cloud: Awaited<ReturnType<typeof startLocalCloud>>
/** Nobody listens there: the doctor must do without the API. */
const api = createClient({ url: 'http://127.0.0.1:1' })

beforeAll(async () => {
  cloud = await startLocalCloud({ dataDir: await mkdtemp(join(tmpdir(), 'assay-doctor-')), control: true })
  const { s3, destroy } = createCloudClients({ region: 'us-east-1', cloudUrl: cloud.url })
  for (const Bucket of ['assay', 'films', 'stills']) await s3.send(new CreateBucketCommand({ Bucket }))
  destroy()
}, 60_000)
afterAll(() => cloud.close())

const env = (more: Record<string, string> = {}) => ({
  ASSAY_CLOUD_URL: cloud.url,
  ASSAY_REDIS_URL: process.env['ASSAY_TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1',
  ASSAY_ROLE_ARN: 'arn:aws:iam::123456789012:role/assay-local',
  ASSAY_REDIS_PREFIX: 'assay-doctor-test',
  ...more,
})
const lifecycle = (settings: object) =>
  fetch(`${cloud.url}/_control/lifecycle`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  })
const of = (findings: readonly Finding[], check: string) => findings.filter((finding) => finding.check === check)
const statuses = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ check, status }) => [check, status]))

test('every part is looked at while the API is down, and each finding that is not ok says what to do', async () => {
  const findings = await runDoctor({ env: env(), api })
  expect(statuses(findings)).toMatchObject({
    settings: 'ok',
    credentials: 'ok',
    role: 'ok',
    'permissions of job-role': 'ok',
    'permissions of worker-split': 'ok',
    'permissions of worker-train': 'ok',
    'permissions of worker-report': 'ok',
    bucket: 'ok',
    jumpstart: 'ok',
    quotas: 'ok',
    prices: 'ok',
    clock: 'ok',
    api: 'warning',
  })
  expect(findings.filter(({ status, advice }) => status !== 'ok' && !advice)).toEqual([])
}, 30_000)

test.skipIf(!process.env['ASSAY_TEST_REDIS_URL'])(
  'Redis and the workers are looked at',
  async () => {
    const findings = await runDoctor({ env: env(), api })
    expect(statuses(findings)).toMatchObject({ redis: 'ok', 'redis settings': 'ok', workers: 'warning' })
    expect(of(findings, 'workers')[0]?.advice).toContain('npm run start:train')
  },
  30_000,
)

test('a Redis that is away is named with its address', async () => {
  const findings = await runDoctor({ env: env({ ASSAY_REDIS_URL: 'redis://127.0.0.1:1' }), api })
  expect(of(findings, 'redis')).toMatchObject([
    { status: 'failed', detail: expect.stringContaining('127.0.0.1:1') as string },
  ])
}, 30_000)

test('a role without trust, denied actions and a bucket that is not there are found', async () => {
  await lifecycle({
    principals: [
      { pattern: 'role/assay-local$', trusts: ['ec2.amazonaws.com'] },
      { pattern: 'user/local$', denied: ['sagemaker:CreateTrainingJob'] },
    ],
  })
  const findings = await runDoctor({ env: env({ ASSAY_BUCKET: 'not-there' }), api })
  expect(of(findings, 'role')).toMatchObject([{ status: 'failed' }])
  expect(of(findings, 'permissions of worker-train')[0]?.detail).toContain('sagemaker:CreateTrainingJob')
  expect(of(findings, 'permissions of worker-tune')[0]?.status).toBe('ok')
  expect(of(findings, 'bucket')).toMatchObject([{ status: 'failed', detail: 'not-there does not exist' }])
  await lifecycle({ principals: [] })
}, 30_000)

test('what may not be read is a warning that says what to allow', async () => {
  await fetch(`${cloud.url}/_control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      service: 'iam',
      operation: 'GetRole',
      count: 1,
      effect: { error: { code: 'AccessDenied', status: 403, message: 'no' } },
    }),
  })
  const [role] = of(await runDoctor({ env: env(), api }), 'role')
  expect(role).toMatchObject({ status: 'warning', advice: expect.stringContaining('iam:GetRole') as string })
}, 30_000)

test('settings that cannot be used are the only finding, and the command ends with 1', async () => {
  const out: string[] = []
  const code = await runCli(['doctor', '-o', 'json'], {
    out: (text) => out.push(text),
    note: () => {},
    progress: { write: () => true },
    env: { ASSAY_REGION: 'nowhere', ASSAY_URL: 'http://127.0.0.1:1' },
    signal: new AbortController().signal,
  })
  expect(code).toBe(1)
  expect(JSON.parse(out.join(''))).toMatchObject([
    {
      check: 'settings',
      status: 'failed',
      detail: expect.stringMatching(/^api cannot start: ASSAY_REGION: "nowhere" met/) as string,
    },
  ])
}, 30_000)

test('what a preset needs cannot be looked at while the API is down, and everything else is', async () => {
  const out: string[] = []
  await runCli(['doctor', '--preset', 'quick', '-o', 'json'], {
    out: (text) => out.push(text),
    note: () => {},
    progress: { write: () => true },
    env: env({ ASSAY_URL: 'http://127.0.0.1:1' }),
    signal: new AbortController().signal,
  })
  const findings = JSON.parse(out.join('')) as Finding[]
  expect(of(findings, 'plan')).toMatchObject([
    { status: 'warning', advice: expect.stringContaining('once the API answers') as string },
  ])
  expect(of(findings, 'bucket')).toHaveLength(1)
}, 30_000)

test('a clock that is off by more than signatures allow is a failure', async () => {
  const [late] = await checkClock(cloud.url, () => Date.now() - 400_000)
  expect(late).toMatchObject({ status: 'failed', detail: expect.stringMatching(/^\d+ s behind/) as string })
})

test('a bucket of another region than the jobs is a failure that names both', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-doctor-'))
  const elsewhere = await startLocalCloud({ dataDir, region: 'eu-west-1', jumpStart: false })
  const clients = createCloudClients({ region: 'eu-west-1', cloudUrl: elsewhere.url })
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'assay' }))
  const [bucket] = await checkBucket(clients, { bucket: 'assay', region: 'us-east-1', owner: undefined })
  clients.destroy()
  await elsewhere.close()
  expect(bucket).toMatchObject({ status: 'failed', detail: 'assay is in eu-west-1, the jobs run in us-east-1' })
}, 30_000)

test('buckets of another account than the settings say are failures that say which setting to change', async () => {
  const findings = await runDoctor({
    env: env({ ASSAY_BUCKET_OWNER: '444455556666', ASSAY_DATASET_BUCKETS: 'films=123456789012,not-there,stills' }),
    api,
  })
  expect(of(findings, 'bucket')).toMatchObject([
    {
      status: 'failed',
      detail: 'assay belongs to another account than 444455556666',
      advice: expect.stringContaining('ASSAY_BUCKET_OWNER') as string,
    },
  ])
  expect(of(findings, 'data set bucket').map(({ status, detail }) => [status, detail])).toEqual([
    ['ok', 'films of account 123456789012'],
    ['failed', 'not-there does not exist'],
    ['failed', 'stills belongs to another account than 444455556666'],
  ])
}, 30_000)
