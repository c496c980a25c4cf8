import { CreateBucketCommand, ListObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestS3, type TestS3 } from './start-test-s3.ts'

let cloud: TestS3
const Bucket = 'listing'
const keys = ['a', 'a/1', 'a/2', 'a/b/3', 'b', 'b/', 'b//x', 'c/1', 'z', 'é', '\uff5e', '😀']

beforeAll(async () => {
  cloud = await startTestS3()
  await cloud.client.send(new CreateBucketCommand({ Bucket }))
  for (const key of keys) await cloud.s3.store.put(Bucket, key, Buffer.from(key))
})
afterAll(() => cloud.stop())

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** All names of a listing, page by page. */
const walk = async (input: { Prefix?: string; Delimiter?: string; MaxKeys?: number; StartAfter?: string }) => {
  const names: string[] = []
  for (let ContinuationToken: string | undefined; ;) {
    const page = await cloud.client.send(new ListObjectsV2Command({ Bucket, ...input, ContinuationToken }))
    const found = [
      ...(page.Contents ?? []).map(({ Key }) => Key ?? ''),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''),
    ]
    expect(page.KeyCount).toBe(found.length)
    names.push(...found.sort(byBytes))
    if (page.IsTruncated !== true) return names
    expect(found.length).toBe(input.MaxKeys)
    ContinuationToken = page.NextContinuationToken
  }
}

/** What a listing must give, worked out plainly. */
const expected = ({
  Prefix = '',
  Delimiter = '',
  StartAfter = '',
}: {
  Prefix?: string
  Delimiter?: string
  StartAfter?: string
}) => {
  const names = keys
    .filter((key) => key.startsWith(Prefix) && byBytes(key, StartAfter) > 0)
    .map((key) => {
      const at = Delimiter === '' ? -1 : key.indexOf(Delimiter, Prefix.length)
      return at === -1 ? key : key.slice(0, at + Delimiter.length)
    })
  return [...new Set(names)].sort(byBytes)
}

test('keys come in the order of their UTF-8 bytes', async () => {
  expect(await walk({})).toEqual([...keys].sort(byBytes))
})

test('every page size, prefix, delimiter and start gives the same names as one plain pass', async () => {
  const request = fc.record({
    Prefix: fc.constantFrom('', 'a', 'a/', 'b/', 'x', 'é'),
    Delimiter: fc.constantFrom('', '/', 'b', '//'),
    MaxKeys: fc.integer({ min: 1, max: 5 }),
  })
  await fc.assert(
    fc.asyncProperty(request, async (input) => {
      expect(await walk(input)).toEqual(expected(input))
    }),
    { seed: 2, numRuns: 25 },
  )
})

test('a listing may start after a key, or after a whole common prefix', async () => {
  expect(await walk({ StartAfter: 'a/2' })).toEqual(expected({ StartAfter: 'a/2' }))
  expect(await walk({ StartAfter: 'a/', Delimiter: '/' })).toEqual(['b', 'b/', 'c/', 'z', 'é', '\uff5e', '😀'])
  expect(await walk({ StartAfter: 'a', Prefix: 'b' })).toEqual(['b', 'b/', 'b//x'])
  expect(await walk({ StartAfter: 'zz', Prefix: 'b' })).toEqual([])
})

test('version 1 pages by marker and gives NextMarker only with a delimiter', async () => {
  const first = await cloud.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }))
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/', CommonPrefixes: [{ Prefix: 'a/' }] })
  const second = await cloud.client.send(
    new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, Marker: first.NextMarker }),
  )
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['b'])
  expect(second.CommonPrefixes).toEqual([{ Prefix: 'b/' }])
  const plain = await cloud.client.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }))
  expect(plain.NextMarker).toBeUndefined()
  expect(plain.Contents?.[0]?.Owner?.ID).toHaveLength(64)
})

test('max-keys is capped at 1,000, zero gives nothing, and nonsense is refused', async () => {
  const much = await cloud.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }))
  expect(much.MaxKeys).toBe(1000)
  const none = await cloud.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))
  expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false })
  await expect(cloud.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 }))).rejects.toMatchObject({
    name: 'InvalidArgument',
  })
})

test('encoding-type url writes keys in the form of URLs, and owners come on demand', async () => {
  await cloud.s3.store.put(Bucket, 'url/a b+c\u0001', Buffer.from('x'))
  const page = await cloud.client.send(
    new ListObjectsV2Command({ Bucket, Prefix: 'url/', EncodingType: 'url', FetchOwner: true }),
  )
  expect(page.Contents?.[0]).toMatchObject({ Key: 'url/a+b%2Bc%01', Owner: { DisplayName: 'local' } })
  await cloud.s3.store.delete(Bucket, 'url/a b+c\u0001')
})

test('a bucket of 250 objects is listed in three pages of 100', async () => {
  await cloud.client.send(new CreateBucketCommand({ Bucket: 'many-objects' }))
  for (let at = 0; at < 250; at++)
    await cloud.s3.store.put('many-objects', `n/${String(at).padStart(5, '0')}`, Buffer.alloc(1))
  let pages = 0
  let seen = 0
  for (let token: string | undefined; ; pages++) {
    const page = await cloud.client.send(
      new ListObjectsV2Command({ Bucket: 'many-objects', ContinuationToken: token, MaxKeys: 100 }),
    )
    seen += page.Contents?.length ?? 0
    token = page.NextContinuationToken
    if (token === undefined) break
  }
  expect([pages + 1, seen]).toEqual([3, 250])
})
