import { randomBytes } from 'node:crypto'
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

let cloud: TestS3
const Bucket = 'reading'
const large = randomBytes(3_000_017)

beforeAll(async () => {
  cloud = await startTestS3()
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789' }))
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large }))
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }))
})
afterAll(() => cloud.stop())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${cloud.url}/${Bucket}/${path}`, { headers, method })

test.each([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-4', 206, '6789', 'bytes 6-9/10'],
  ['bytes=-40', 206, '0123456789', 'bytes 0-9/10'],
  ['bytes=5-400', 206, '56789', 'bytes 5-9/10'],
  ['bytes=4-2', 200, '0123456789', null],
  ['bytes=0-1,4-5', 200, '0123456789', null],
  ['lines=0-1', 200, '0123456789', null],
])('Range %s is answered with %i %s', async (range, status, body, contentRange) => {
  const got = await get('ten', { range })
  expect([got.status, await got.text(), got.headers.get('content-range')]).toEqual([status, body, contentRange])
})

test.each(['bytes=10-', 'bytes=11-12', 'bytes=-0'])('Range %s outside the object is 416', async (range) => {
  const got = await get('ten', { range })
  expect(got.status).toBe(416)
  expect(await got.text()).toContain('<Code>InvalidRange</Code>')
  expect(got.headers.get('content-range')).toBe('bytes */10')
})

test('a large object streams, whole and in part', async () => {
  expect(Buffer.from(await (await get('large')).arrayBuffer()).equals(large)).toBe(true)
  const part = await get('large', { range: 'bytes=1000000-2999999' })
  expect(Buffer.from(await part.arrayBuffer()).equals(large.subarray(1_000_000, 3_000_000))).toBe(true)
})

test('an empty object has length 0, and any range in it is refused', async () => {
  const got = await get('empty')
  expect([got.status, got.headers.get('content-length')]).toEqual([200, '0'])
  expect((await get('empty', { range: 'bytes=0-' })).status).toBe(416)
})

test('conditions on a read answer 304 or 412, ETags before dates', async () => {
  const { ETag = '', LastModified = new Date() } = await cloud.client.send(
    new HeadObjectCommand({ Bucket, Key: 'ten' }),
  )
  const date = LastModified.toUTCString()
  const before = new Date(LastModified.getTime() - 5000).toUTCString()
  const status = async (headers: Record<string, string>) => (await get('ten', headers)).status
  expect(await status({ 'if-none-match': ETag })).toBe(304)
  expect(await status({ 'if-none-match': '"other"' })).toBe(200)
  expect(await status({ 'if-match': ETag })).toBe(200)
  expect(await status({ 'if-match': '"other"' })).toBe(412)
  expect(await status({ 'if-modified-since': date })).toBe(304)
  expect(await status({ 'if-modified-since': before })).toBe(200)
  expect(await status({ 'if-unmodified-since': before })).toBe(412)
  expect(await status({ 'if-match': ETag, 'if-unmodified-since': before })).toBe(200)
  expect(await status({ 'if-none-match': '"other"', 'if-modified-since': date })).toBe(200)
})

test('response-* parameters change the headers, but bring no header of their own', async () => {
  const got = await get(
    'ten?response-content-type=text%2Fcsv&response-content-disposition=attachment%3B%20filename%3Da',
  )
  expect(got.headers.get('content-type')).toBe('text/csv')
  expect(got.headers.get('content-disposition')).toBe('attachment; filename=a')
  const split = await get('ten?response-content-type=a%0D%0Ax-evil%3A1')
  expect([split.status, split.headers.get('x-evil')]).toEqual([400, null])
})

test('a checksum travels with the whole object, not with a range of it', async () => {
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'ten', ChecksumMode: 'ENABLED' }))
  expect(got).toMatchObject({ ChecksumCRC32: 'poTHxg==', ChecksumType: 'FULL_OBJECT' })
  const part = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'ten', Range: 'bytes=0-3' }))
  expect(part.ChecksumCRC32).toBeUndefined()
})

test('an object overwritten while it is read is read to its end as it was', async () => {
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'large' }))
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: 'new' }))
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(large)).toBe(true)
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large }))
})
