import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

let cloud: TestS3
const Bucket = 'study'

beforeAll(async () => {
  cloud = await startTestS3()
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => cloud.stop())

const put = (Key: string, Body: string | Buffer, more = {}) =>
  cloud.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const text = async (Key: string) =>
  (await cloud.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

test('what was put is got back with its headers and metadata', async () => {
  const done = await put('a/b.txt', 'hello', {
    ContentType: 'text/plain',
    CacheControl: 'no-cache',
    ContentDisposition: 'attachment',
    ContentEncoding: 'identity',
    Metadata: { run: '7', 'two-words': 'Zürich'.normalize('NFC').replace('ü', 'u') },
  })
  expect(done.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`)
  expect(done.ChecksumCRC32).toBe('NhCmhg==')
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'a/b.txt' }))
  expect(await got.Body?.transformToString()).toBe('hello')
  expect(got).toMatchObject({
    ContentType: 'text/plain',
    CacheControl: 'no-cache',
    ContentDisposition: 'attachment',
    ContentEncoding: 'identity',
    ContentLength: 5,
    ETag: done.ETag,
    ChecksumCRC32: 'NhCmhg==',
    Metadata: { run: '7', 'two-words': 'Zurich' },
  })
})

test('a stream comes as aws-chunked with a trailer and is stored without the framing', async () => {
  const bytes = randomBytes(700_001)
  const Body = Readable.from([bytes.subarray(0, 300_000), bytes.subarray(300_000)])
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }))
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'stream' }))
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  expect(got.ContentEncoding).toBeUndefined()
  expect(got.ChecksumCRC32).toBeDefined()
})

test('a missing object is NoSuchKey on get and NotFound on head', async () => {
  await expect(cloud.client.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
    $metadata: { httpStatusCode: 404 },
  })
  await expect(cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'NotFound',
  })
})

test('of fifty writers with If-None-Match exactly one wins, the others get 412', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, at) => put('once', `writer ${at}`, { IfNoneMatch: '*' })),
  )
  const lost = results.filter((result) => result.status === 'rejected')
  expect(results.length - lost.length).toBe(1)
  for (const { reason } of lost)
    expect(reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } })
  const winner = results.findIndex((result) => result.status === 'fulfilled')
  expect(await text('once')).toBe(`writer ${winner}`)
})

test('If-Match replaces only the version it names', async () => {
  const first = await put('versioned', 'one')
  const second = await put('versioned', 'two', { IfMatch: first.ETag })
  await expect(put('versioned', 'three', { IfMatch: first.ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(put('never', 'x', { IfMatch: second.ETag })).rejects.toMatchObject({ name: 'NoSuchKey' })
  expect(await text('versioned')).toBe('two')
})

test('a copy keeps bytes and metadata, or takes new ones', async () => {
  await put('from +ü.txt', 'copied', { Metadata: { a: '1' }, ContentType: 'text/plain' })
  const CopySource = `${Bucket}/${encodeURIComponent('from +ü.txt')}`
  const copied = await cloud.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }))
  expect(copied.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('copied').digest('hex')}"`)
  expect(await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({
    Metadata: { a: '1' },
    ContentType: 'text/plain',
  })
  await cloud.client.send(
    new CopyObjectCommand({ Bucket, Key: 'to', CopySource, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }),
  )
  expect((await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).Metadata).toEqual({ b: '2' })
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'from +ü.txt' }))
  expect(await text('to')).toBe('copied')
})

test('a delete can be repeated, and many go at once with odd keys', async () => {
  const keys = ['d/<&>"\'.txt', 'd/ lead', 'd/new\nline', 'd/tab\t', 'd/cr\r', 'd/001', 'd/&amp;', 'd/é😀']
  for (const key of keys) await put(key, 'x')
  const listed = await cloud.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/', EncodingType: 'url' }))
  expect(listed.KeyCount).toBe(keys.length)
  const done = await cloud.client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [...keys, 'd/never'].map((Key) => ({ Key })) } }),
  )
  expect(done.Errors).toBeUndefined()
  expect(done.Deleted?.map(({ Key }) => Key)).toEqual([...keys, 'd/never'])
  expect((await cloud.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/' }))).KeyCount).toBe(0)
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'd/never' }))
})

test('a restart keeps every object', async () => {
  await put('kept/1', 'one', { Metadata: { a: 'b' } })
  await put('kept/2', 'two')
  await put('kept/2', 'two again')
  await put('kept/3', 'gone')
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'kept/3' }))
  await cloud.restart()
  expect(await text('kept/1')).toBe('one')
  expect(await text('kept/2')).toBe('two again')
  await expect(text('kept/3')).rejects.toMatchObject({ name: 'NoSuchKey' })
})
