import { createHash, randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

let cloud: TestS3
const Bucket = 'multipart'
const minPartBytes = 5 << 20
const first = randomBytes(minPartBytes)
const second = randomBytes(1234)

beforeAll(async () => {
  cloud = await startTestS3()
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => cloud.stop())

const begin = async (
  Key: string,
  more: { ChecksumAlgorithm?: ChecksumAlgorithm; ChecksumType?: ChecksumType } = {},
) => {
  const { UploadId = '' } = await cloud.client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'image/png', Metadata: { by: 'parts' }, ...more }),
  )
  return { Bucket, Key, UploadId }
}
type Begun = Awaited<ReturnType<typeof begin>>

const part = async (
  upload: Begun,
  PartNumber: number,
  Body: Buffer,
  more: { ChecksumAlgorithm?: ChecksumAlgorithm } = {},
) => {
  const {
    $metadata: _,
    ServerSideEncryption: _sse,
    ...done
  } = await cloud.client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...more }))
  return { PartNumber, ...done }
}

const complete = (upload: Begun, Parts: readonly { PartNumber: number; ETag?: string }[], more = {}) =>
  cloud.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [...Parts] }, ...more }))

const read = async (Key: string, more = {}) =>
  Buffer.from(
    (await (await cloud.client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToByteArray()) ??
      [],
  )

test('parts become one object whose ETag is the MD5 of their MD5s', async () => {
  const upload = await begin('two')
  const parts = [await part(upload, 1, first), await part(upload, 7, second)]
  expect((await cloud.client.send(new ListPartsCommand(upload))).Parts).toMatchObject([
    { PartNumber: 1, Size: first.length },
    { PartNumber: 7, Size: second.length },
  ])
  const done = await complete(upload, parts)
  const md5s = [first, second].map((bytes) => createHash('md5').update(bytes).digest())
  expect(done.ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`)
  expect((await read('two')).equals(Buffer.concat([first, second]))).toBe(true)
  expect(await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'two' }))).toMatchObject({
    ContentType: 'image/png',
    Metadata: { by: 'parts' },
  })
  expect((await read('two', { PartNumber: 2 })).equals(second)).toBe(true)
})

test('a repeated completion is the same success; an aborted upload is NoSuchUpload', async () => {
  const upload = await begin('again')
  const parts = [await part(upload, 1, second)]
  const done = await complete(upload, parts)
  expect((await complete(upload, parts)).ETag).toBe(done.ETag)
  const other = await begin('aborted')
  await part(other, 1, second)
  await cloud.client.send(new AbortMultipartUploadCommand(other))
  await expect(part(other, 2, second)).rejects.toMatchObject({
    name: 'NoSuchUpload',
    $metadata: { httpStatusCode: 404 },
  })
  await expect(complete(other, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' })
})

test('completions at once of one upload all succeed with the same object', async () => {
  const upload = await begin('raced')
  const parts = [await part(upload, 1, first), await part(upload, 2, second)]
  const all = await Promise.all(Array.from({ length: 4 }, () => complete(upload, parts)))
  expect(new Set(all.map(({ ETag }) => ETag)).size).toBe(1)
  expect((await read('raced')).equals(Buffer.concat([first, second]))).toBe(true)
})

test('a wrong part, a wrong order and a small part are refused by name', async () => {
  const upload = await begin('wrong')
  const small = await part(upload, 1, second)
  const last = await part(upload, 2, second)
  await expect(complete(upload, [{ PartNumber: 3, ETag: last.ETag }])).rejects.toMatchObject({ name: 'InvalidPart' })
  await expect(complete(upload, [{ PartNumber: 1, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' })
  await expect(complete(upload, [last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' })
  await expect(complete(upload, [small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' })
  await expect(part(upload, 10_001, second)).rejects.toMatchObject({ name: 'InvalidArgument' })
})

test('uploads and their parts survive a restart', async () => {
  const upload = await begin('restarted')
  const parts = [await part(upload, 1, first)]
  await cloud.restart()
  parts.push(await part(upload, 2, second))
  await complete(upload, parts)
  expect((await read('restarted')).equals(Buffer.concat([first, second]))).toBe(true)
})

test('a part can be copied from a range of an object', async () => {
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: first }))
  const upload = await begin('copied')
  const CopySource = `${Bucket}/source`
  const whole = await cloud.client.send(new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource }))
  const range = await cloud.client.send(
    new UploadPartCopyCommand({ ...upload, PartNumber: 2, CopySource, CopySourceRange: 'bytes=10-19' }),
  )
  await complete(
    upload,
    [whole, range].map(({ CopyPartResult }, at) => ({ PartNumber: at + 1, ETag: CopyPartResult?.ETag })),
  )
  expect((await read('copied')).equals(Buffer.concat([first, first.subarray(10, 20)]))).toBe(true)
  await expect(
    cloud.client.send(
      new UploadPartCopyCommand({
        ...(await begin('beyond')),
        PartNumber: 1,
        CopySource,
        CopySourceRange: 'bytes=0-99999999',
      }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidArgument' })
})

test('a copy of an object from parts is one piece with a plain ETag', async () => {
  const upload = await begin('to-flatten')
  await complete(upload, [await part(upload, 1, second)])
  const copy = await cloud.client.send(
    new CopyObjectCommand({ Bucket, Key: 'flat', CopySource: `${Bucket}/to-flatten` }),
  )
  expect(copy.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update(second).digest('hex')}"`)
})

test('checksums of parts become a composite one, or one over the whole', async () => {
  const composite = await begin('composite', { ChecksumAlgorithm: 'SHA256' })
  const parts = [
    await part(composite, 1, first, { ChecksumAlgorithm: 'SHA256' }),
    await part(composite, 2, second, { ChecksumAlgorithm: 'SHA256' }),
  ]
  const done = await complete(composite, parts)
  const digests = [first, second].map((bytes) => createHash('sha256').update(bytes).digest())
  expect(done.ChecksumSHA256).toBe(`${createHash('sha256').update(Buffer.concat(digests)).digest('base64')}-2`)
  expect(await read('composite')).toHaveLength(first.length + second.length)

  const full = await begin('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
  const fullParts = [
    await part(full, 1, first, { ChecksumAlgorithm: 'CRC32' }),
    await part(full, 2, second, { ChecksumAlgorithm: 'CRC32' }),
  ]
  await expect(complete(full, fullParts, { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' })
  expect((await complete(full, fullParts, { ChecksumType: 'FULL_OBJECT' })).ChecksumCRC32).toHaveLength(8)
  // The SDK checks this one against the bytes while it reads.
  expect((await read('full')).equals(Buffer.concat([first, second]))).toBe(true)
})

test('uploads under way are listed by prefix, delimiter and marker', async () => {
  for (const Key of ['list/a', 'list/b', 'list/c/1', 'list/c/2']) await begin(Key)
  const list = (more: object) =>
    cloud.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'list/', ...more }))
  expect((await list({ Delimiter: '/' })).CommonPrefixes).toEqual([{ Prefix: 'list/c/' }])
  const page = await list({ MaxUploads: 2 })
  expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: 'list/b' })
  const rest = await list({ KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker })
  expect(rest.Uploads?.map(({ Key }) => Key)).toEqual(['list/c/1', 'list/c/2'])
})

test('If-None-Match on a completion creates only', async () => {
  const upload = await begin('two')
  const parts = [await part(upload, 1, second)]
  await expect(complete(upload, parts, { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
})
