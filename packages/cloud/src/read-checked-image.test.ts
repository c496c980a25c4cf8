import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { DatasetImage } from '@assay/contracts'
import { startLocalCloud } from '@assay/local-cloud'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCloudClients } from './clients.ts'
import { readCheckedImage } from './read-checked-image.ts'

const content = Buffer.from('as it was checked')

let clients: ReturnType<typeof createCloudClients>
let image: DatasetImage
let flipABit: () => Promise<unknown>
let close: () => Promise<void>

// As a browser uploads by a signed address: S3 is told no checksum.
const put = async (bytes: Buffer) =>
  clients.s3ForPresigning.send(new PutObjectCommand({ Bucket: 'images', Key: 'a.jpg', Body: bytes }))

beforeEach(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-image-'))
  const cloud = await startLocalCloud({ dataDir, jumpStart: false, control: true })
  clients = createCloudClients({ region: 'us-east-1', cloudUrl: cloud.url })
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'images' }))
  const { ETag: etag } = await put(content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  image = { file: 'a.jpg', key: 'a.jpg', etag, sha256 } as DatasetImage
  const rule = { service: 's3', operation: 'GetObject', count: 1, effect: { corrupt: true } }
  flipABit = () => fetch(`${cloud.url}/_control/faults`, { method: 'POST', body: JSON.stringify(rule) })
  close = async () => {
    clients.destroy()
    await cloud.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
afterEach(() => close())

const read = () => readCheckedImage(clients.s3, 'images', image)

test('an image that was damaged on its way is an error that passes', async () => {
  await flipABit()
  const damaged = await read().catch((error: unknown) => error)
  expect(damaged).toMatchObject({ name: 'Error', message: expect.stringContaining('damaged on its way') as string })
  expect(Buffer.from(await read())).toEqual(content)
})

test('an image that was replaced since the check is one for good', async () => {
  await put(Buffer.from('as it is now, ..'))
  await expect(read()).rejects.toMatchObject({ name: 'PermanentError', code: 'dataset_changed' })
})
