import { createHash } from 'node:crypto'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type S3CallInfo, s3Operation } from './index.ts'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

let cloud: TestS3
let european: TestS3
const Bucket = 'operations'
const calls: (S3CallInfo & { status: number })[] = []
const broken = new Set<string>()

beforeAll(async () => {
  cloud = await startTestS3({
    around: async (call, run, res) => {
      if (broken.has(call.operation)) {
        res.destroy()
        return
      }
      await run()
      calls.push({ ...call, status: res.statusCode })
    },
  })
  european = await startTestS3({ region: 'eu-central-1' })
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(async () => {
  await cloud.stop()
  await european.stop()
})

const put = (Key: string, Body: string, more = {}) =>
  cloud.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))

test('buckets are made, listed by name and prefix, found and deleted when empty', async () => {
  for (const name of ['zeta', 'beta.2', 'beta.1']) await cloud.client.send(new CreateBucketCommand({ Bucket: name }))
  const names = async (more = {}) =>
    (await cloud.client.send(new ListBucketsCommand(more))).Buckets?.map(({ Name }) => Name)
  expect(await names()).toEqual(['beta.1', 'beta.2', Bucket, 'zeta'])
  expect(await names({ Prefix: 'beta' })).toEqual(['beta.1', 'beta.2'])
  const page = await cloud.client.send(new ListBucketsCommand({ MaxBuckets: 3 }))
  expect(await names({ ContinuationToken: page.ContinuationToken })).toEqual(['zeta'])
  await cloud.s3.store.put('zeta', 'k', Buffer.from('x'))
  await expect(cloud.client.send(new DeleteBucketCommand({ Bucket: 'zeta' }))).rejects.toMatchObject({
    name: 'BucketNotEmpty',
    $metadata: { httpStatusCode: 409 },
  })
  await cloud.s3.store.delete('zeta', 'k')
  await cloud.client.send(new DeleteBucketCommand({ Bucket: 'zeta' }))
  await expect(cloud.client.send(new HeadBucketCommand({ Bucket: 'zeta' }))).rejects.toMatchObject({ name: 'NotFound' })
  await expect(put('k', 'x', { Bucket: 'zeta' })).rejects.toMatchObject({ name: 'NoSuchBucket' })
  await cloud.restart()
  expect(await names()).toEqual(['beta.1', 'beta.2', Bucket])
})

test('a bucket knows its region, and is made twice without harm in us-east-1 only', async () => {
  expect((await cloud.client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined()
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
  const there = { Bucket: 'frankfurt' }
  await european.client.send(new CreateBucketCommand(there))
  expect((await european.client.send(new GetBucketLocationCommand(there))).LocationConstraint).toBe('eu-central-1')
  expect((await european.client.send(new HeadBucketCommand(there))).BucketRegion).toBe('eu-central-1')
  await expect(european.client.send(new CreateBucketCommand(there))).rejects.toMatchObject({
    name: 'BucketAlreadyOwnedByYou',
  })
  await expect(
    european.client.send(
      new CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    ),
  ).rejects.toMatchObject({ name: 'IllegalLocationConstraintException' })
})

test('tags come with the object or afterwards, are counted, copied and deleted', async () => {
  await put('tagged', 'x', { Tagging: 'a=1&b=two%20words' })
  const tags = async (Key: string) => (await cloud.client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet
  expect(await tags('tagged')).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: 'two words' },
  ])
  expect((await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'tagged' }))).TagCount).toBe(2)
  await cloud.client.send(new CopyObjectCommand({ Bucket, Key: 'tagged copy', CopySource: `${Bucket}/tagged` }))
  expect(await tags('tagged copy')).toHaveLength(2)
  const before = await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'tagged' }))
  await cloud.client.send(
    new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet: [{ Key: 'c', Value: '' }] } }),
  )
  expect(await tags('tagged')).toEqual([{ Key: 'c', Value: '' }])
  await cloud.client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tagged' }))
  expect(await tags('tagged')).toEqual([])
  const after = await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'tagged' }))
  expect([after.ETag, after.LastModified]).toEqual([before.ETag, before.LastModified])
  await expect(
    put('k', 'x', { Tagging: Array.from({ length: 11 }, (_, at) => `t${at}=1`).join('&') }),
  ).rejects.toMatchObject({ name: 'InvalidTag' })
})

test('a copy looks at conditions on its source and on its target', async () => {
  const { ETag } = await put('source', 'one')
  const copy = (more: object) =>
    cloud.client.send(new CopyObjectCommand({ Bucket, Key: 'target', CopySource: `${Bucket}/source`, ...more }))
  await expect(copy({ CopySourceIfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(copy({ CopySourceIfNoneMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(copy({ CopySourceIfUnmodifiedSince: new Date(0) })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await copy({ CopySourceIfMatch: ETag, IfNoneMatch: '*' })
  await expect(copy({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(copy({ CopySource: `${Bucket}/none` })).rejects.toMatchObject({ name: 'NoSuchKey' })
  await expect(copy({ Key: 'source' })).rejects.toMatchObject({ name: 'InvalidRequest' })
  await copy({ Key: 'source', MetadataDirective: 'REPLACE', Metadata: { now: 'different' } })
  const sums = await copy({ ChecksumAlgorithm: 'SHA256' })
  expect(sums.CopyObjectResult?.ChecksumSHA256).toBe(createHash('sha256').update('one').digest('base64'))
  expect((await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'target' }))).ChecksumSHA256).toBe(
    sums.CopyObjectResult?.ChecksumSHA256,
  )
})

test('a delete under If-Match removes only what it names', async () => {
  const { ETag } = await put('conditional', 'x')
  await expect(
    cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'conditional', IfMatch: '"other"' })),
  ).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'conditional', IfMatch: ETag }))
  await expect(cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'conditional' }))).rejects.toMatchObject({
    name: 'NotFound',
  })
})

test('what stands around a call knows its operation and resource before, and its status after', async () => {
  calls.length = 0
  await put('deep/key ü', 'x')
  await fetch(`${cloud.url}/${Bucket}?acl`)
  await fetch(`${cloud.url}/${Bucket}/none`)
  expect(calls).toEqual([
    { service: 's3', operation: 'PutObject', resource: `${Bucket}/deep/key ü`, status: 200 },
    { service: 's3', operation: 'GetBucketAcl', resource: Bucket, status: 501 },
    { service: 's3', operation: 'GetObject', resource: `${Bucket}/none`, status: 404 },
  ])
  broken.add('GetObject')
  await expect(fetch(`${cloud.url}/${Bucket}/deep`)).rejects.toThrow('fetch failed')
  broken.clear()
})

test.each([
  ['GET', '/', 'ListBuckets'],
  ['PUT', '/b', 'CreateBucket'],
  ['HEAD', '/b/', 'HeadBucket'],
  ['GET', '/b?list-type=2&prefix=x', 'ListObjectsV2'],
  ['GET', '/b?prefix=x', 'ListObjects'],
  ['POST', '/b/?delete=', 'DeleteObjects'],
  ['GET', '/b?uploads', 'ListMultipartUploads'],
  ['PUT', '/b/k?x-id=PutObject', 'PutObject'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
  ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
  ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
  ['GET', '/b/k?uploadId=u', 'ListParts'],
  ['GET', '/b/k?attributes', 'GetObjectAttributes'],
  ['DELETE', '/b/k?tagging', 'DeleteObjectTagging'],
  ['GET', '/b?policy', 'GetBucketPolicy'],
  ['PATCH', '/b/k', 'Unknown'],
  ['GET', '/b/%zz', 'Unknown'],
])('%s %s is %s', (method, url, operation) => {
  expect(s3Operation({ method, url, headers: {} })).toBe(operation)
})
