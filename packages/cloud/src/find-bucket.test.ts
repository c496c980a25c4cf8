import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CopyObjectCommand, CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { startLocalCloud } from '@assay/local-cloud'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCloudClients } from './clients.ts'
import { findBucket } from './find-bucket.ts'

const theirs = '444455556666'
let cloud: Awaited<ReturnType<typeof startLocalCloud>>
let dataDir: string
/** Whom the buckets of the cloud, which are all of one account, are expected to belong to. */
const clientsFor = (owners: Record<string, string>) =>
  createCloudClients({ region: 'us-east-1', cloudUrl: cloud.url, bucketOwners: new Map(Object.entries(owners)) })

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'assay-owner-'))
  cloud = await startLocalCloud({ dataDir, jumpStart: false, accountId: '111122223333', control: true })
  const { s3, destroy } = clientsFor({})
  for (const Bucket of ['ours', 'taken']) {
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'x' }))
  }
  destroy()
})
afterAll(async () => {
  await cloud.close()
  await rm(dataDir, { recursive: true, force: true })
})

test('a bucket that somebody else owns is told from one that is not there', async () => {
  const clients = clientsFor({ ours: '111122223333', taken: theirs, none: theirs })
  expect(await findBucket(clients, 'ours')).toMatchObject({ state: 'ok', region: 'us-east-1' })
  expect(await findBucket(clients, 'taken')).toEqual({ state: 'foreign' })
  expect(await findBucket(clients, 'none')).toEqual({ state: 'missing' })
  clients.destroy()
})

test('a bucket that is not to be read, whoever owns it, is neither', async () => {
  const clients = clientsFor({ ours: '111122223333' })
  await fetch(`${cloud.url}/_control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      service: 's3',
      operation: 'HeadBucket',
      count: 2,
      effect: { error: { code: 'AccessDenied', status: 403, message: 'no' } },
    }),
  })
  expect(await findBucket(clients, 'ours')).toEqual({ state: 'denied' })
  clients.destroy()
})

test('nothing is read from, written to or copied out of a bucket of another account', async () => {
  const { s3, destroy } = clientsFor({ ours: '111122223333', taken: theirs })
  const copyFrom = (bucket: string) =>
    new CopyObjectCommand({ Bucket: 'ours', Key: 'c', CopySource: `${bucket}/a%20b` })
  const refused = [
    new GetObjectCommand({ Bucket: 'taken', Key: 'a b' }),
    new PutObjectCommand({ Bucket: 'taken', Key: 'new', Body: 'x' }),
    copyFrom('taken'),
  ]
  for (const command of refused)
    await expect(s3.send(command as GetObjectCommand)).rejects.toMatchObject({ name: 'AccessDenied' })
  await s3.send(copyFrom('ours'))
  destroy()
})

test('a bucket that no owner is known for may be anybody’s', async () => {
  const { s3, destroy } = clientsFor({ ours: theirs })
  expect((await s3.send(new GetObjectCommand({ Bucket: 'taken', Key: 'a b' }))).ContentLength).toBe(1)
  destroy()
})
