import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createS3, type S3 } from './index.ts'

let dataDir: string
let s3: S3
const bucket = 'stored'

const open = () => createS3({ dataDir, region: 'us-east-1' })
const reopen = async () => {
  await s3.close()
  s3 = await open()
}
const keys = async (prefix = ''): Promise<string[]> => {
  const found: string[] = []
  for await (const { key } of s3.store.list(bucket, prefix)) found.push(key)
  return found
}
const read = async (key: string) => text(await s3.store.openRead(bucket, key))
const logPath = () => join(dataDir, 'buckets', bucket, 'index.log')
const blobCount = () =>
  readdirSync(join(dataDir, 'blobs')).reduce((sum, shard) => sum + readdirSync(join(dataDir, 'blobs', shard)).length, 0)

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'assay-s3-'))
  s3 = await open()
  await s3.store.createBucket(bucket)
})
afterEach(async () => {
  await s3.close()
  rmSync(dataDir, { recursive: true })
})

test('put, head, list, read and delete work in the process', async () => {
  const put = await s3.store.put(bucket, 'a/b', Buffer.from('bytes'), {
    contentType: 'text/plain',
    metadata: { x: '1' },
  })
  expect(await s3.store.head(bucket, 'a/b')).toEqual(put)
  expect(put).toMatchObject({ key: 'a/b', sizeBytes: 5, contentType: 'text/plain', metadata: { x: '1' } })
  await s3.store.put(bucket, 'a/stream', Readable.from([Buffer.from('two '), Buffer.from('pieces')]))
  expect(await read('a/stream')).toBe('two pieces')
  expect(await keys('a/')).toEqual(['a/b', 'a/stream'])
  await s3.store.delete(bucket, 'a/b')
  await s3.store.delete(bucket, 'a/b')
  expect(await s3.store.head(bucket, 'a/b')).toBeUndefined()
  await expect(s3.store.openRead(bucket, 'a/b')).rejects.toMatchObject({ code: 'NoSuchKey' })
  await expect(s3.store.put('none-such', 'k', Buffer.alloc(0))).rejects.toMatchObject({ code: 'NoSuchBucket' })
  await expect(s3.store.put(bucket, 'a/stream', Buffer.alloc(0), { ifNoneMatch: '*' })).rejects.toMatchObject({
    code: 'PreconditionFailed',
  })
})

test('a body that fails half-way leaves what was there', async () => {
  await s3.store.put(bucket, 'k', Buffer.from('before'))
  const failing = Readable.from(
    (async function* () {
      yield Buffer.alloc(500_000)
      throw new Error('source broke')
    })(),
  )
  await expect(s3.store.put(bucket, 'k', failing)).rejects.toThrow('source broke')
  expect(await read('k')).toBe('before')
  expect(blobCount()).toBe(1)
})

test('linkTo puts the bytes outside, and a program that writes there changes nothing inside', async () => {
  await s3.store.put(bucket, 'k', Buffer.from('original'))
  const outside = join(dataDir, 'outside')
  await s3.store.linkTo(bucket, 'k', outside)
  expect(readFileSync(outside, 'utf8')).toBe('original')
  try {
    writeFileSync(outside, 'CHANGED!')
  } catch {
    // Root may write, to a copy; everybody else is refused.
  }
  expect(await read('k')).toBe('original')
  await expect(s3.store.linkTo(bucket, 'k', outside)).rejects.toMatchObject({ code: 'EEXIST' })
})

test('a line of the log cut short by a crash is dropped, and the log goes on behind the whole ones', async () => {
  await s3.store.put(bucket, 'one', Buffer.from('1'))
  await s3.store.put(bucket, 'two', Buffer.from('2'))
  await s3.close()
  const { size } = statSync(logPath())
  truncateSync(logPath(), size - 10)
  s3 = await open()
  expect(await keys()).toEqual(['one'])
  await s3.store.put(bucket, 'three', Buffer.from('3'))
  await reopen()
  expect(await keys()).toEqual(['one', 'three'])
  expect(await read('three')).toBe('3')
})

test('a line that is no JSON is passed over', async () => {
  await s3.store.put(bucket, 'one', Buffer.from('1'))
  await s3.close()
  appendFileSync(logPath(), '\0\0\0\0\n')
  s3 = await open()
  await s3.store.put(bucket, 'two', Buffer.from('2'))
  await reopen()
  expect(await keys()).toEqual(['one', 'two'])
})

test('bytes without an object, as a crash between write and commit leaves them, are removed at the start', async () => {
  await s3.store.put(bucket, 'one', Buffer.from('1'))
  writeFileSync(join(dataDir, 'blobs', readdirSync(join(dataDir, 'blobs'))[0], 'stray'), 'x')
  await reopen()
  expect(blobCount()).toBe(1)
  expect(await read('one')).toBe('1')
})

test('overwriting and deleting frees the bytes', async () => {
  for (let round = 0; round < 5; round++) await s3.store.put(bucket, 'same', Buffer.from(String(round)))
  await s3.store.put(bucket, 'other', Buffer.from('x'))
  await s3.store.delete(bucket, 'other')
  await reopen()
  expect(blobCount()).toBe(1)
})

test('a log that mostly says nothing any more is written anew, and keeps every object', async () => {
  const metadata = { filler: 'x'.repeat(30_000) }
  for (let round = 0; round < 320; round++)
    await s3.store.put(bucket, `key ${round % 100}`, Buffer.from(String(round)), { metadata })
  expect(statSync(logPath()).size).toBeLessThan(8_000_000)
  expect(await read('key 7')).toBe('307')
  await reopen()
  expect(await keys()).toHaveLength(100)
  expect(await read('key 99')).toBe('299')
})

test('the in-process list gives page after page in order while they are deleted', async () => {
  const names = Array.from({ length: 1050 }, (_, at) => `n${String(at).padStart(4, '0')}`)
  for (const name of names) await s3.store.put(bucket, name, Buffer.alloc(0))
  const seen: string[] = []
  for await (const { key } of s3.store.list(bucket, 'n')) {
    seen.push(key)
    await s3.store.delete(bucket, key)
  }
  expect(seen).toEqual(names)
  expect(await keys()).toEqual([])
})

test('an empty object can be stored, linked and read', async () => {
  await s3.store.put(bucket, 'empty', Buffer.alloc(0))
  expect((await buffer(await s3.store.openRead(bucket, 'empty'))).length).toBe(0)
})
