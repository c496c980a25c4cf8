import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCloudClients, findBucket } from '@assay/cloud'
import { startLocalCloud } from '@assay/local-cloud'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBucket } from './open-bucket.ts'

const ours = '111122223333'
let cloud: Awaited<ReturnType<typeof startLocalCloud>>
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'assay-open-bucket-'))
  cloud = await startLocalCloud({ dataDir, jumpStart: false, accountId: ours })
})
afterAll(async () => {
  await cloud.close()
  await rm(dataDir, { recursive: true, force: true })
})

const opened = async (bucket: string, owner: string, environment: 'local' | 'aws' = 'local') => {
  const bucketOwners = new Map([[bucket, owner]])
  const clients = createCloudClients({ region: 'us-east-1', cloudUrl: cloud.url, bucketOwners })
  try {
    await openBucket({ ...clients, environment }, bucket, owner)
    return await findBucket(clients, bucket)
  } finally {
    clients.destroy()
  }
}

test('a bucket that is missing is made on a local cloud, whoever comes first, and asked for on AWS', async () => {
  await expect(opened('new', ours, 'aws')).rejects.toThrow('bucket new does not exist; create it or set ASSAY_BUCKET')
  const all = await Promise.all(Array.from({ length: 4 }, () => opened('new', ours)))
  expect(all.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok'])
})

test('no process starts on a bucket of another account, and the error names the settings', async () => {
  await opened('taken', ours)
  await expect(opened('taken', '444455556666')).rejects.toThrow(
    'bucket taken belongs to another account than 444455556666; set ASSAY_BUCKET to one of that account, or ASSAY_BUCKET_OWNER',
  )
})
