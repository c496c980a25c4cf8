import { createHash } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAX_PACKED_BYTES, packSource } from '@assay/sources'
import { beforeAll, expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'

let packed: Awaited<ReturnType<typeof packSource>>
beforeAll(async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'assay-api-')), 'train.py')
  await writeFile(path, 'print(1)\n')
  packed = await packSource([{ name: 'train.py', path, bytes: 9 }])
})

const setUp = (keyHashes: string[] = []) => {
  const fake = createFakeContext()
  const app = createApp(fake.context, { keyHashes })
  const put = (sha256: string, payload: Uint8Array, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'PUT',
      url: `/v1/sources/${sha256}`,
      payload: Buffer.from(payload),
      headers: { 'content-type': 'application/gzip', ...headers },
    })
  return { ...fake, app, put }
}
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a packed source is stored once, and its address is known before', async () => {
  const { app, put, objects } = setUp()
  const { bytes, sha256 } = packed
  const view = { sha256, uri: `s3://assay/sources/${sha256}/sourcedir.tar.gz` }
  expect((await app.inject({ url: `/v1/sources/${sha256}` })).json()).toEqual({ ...view, stored: false })
  const answer = await put(sha256, bytes)
  expect(answer.statusCode).toBe(201)
  expect(answer.headers.location).toBe(`/v1/sources/${sha256}`)
  expect(answer.json()).toEqual({ ...view, stored: true })
  expect(Buffer.from(objects.get(sha256) ?? [])).toEqual(Buffer.from(bytes))
  expect((await put(sha256, bytes)).statusCode).toBe(200)
  expect((await app.inject({ url: `/v1/sources/${sha256}` })).json()).toEqual({ ...view, stored: true })
})

test('bytes of another hash, no tarball, an empty one and too many bytes are refused, and nothing is stored', async () => {
  const { put, objects } = setUp()
  const before = objects.size
  const other = await put('a'.repeat(64), packed.bytes)
  expect(other.statusCode).toBe(422)
  expect(other.json()).toMatchObject({
    errors: [{ pointer: '', detail: `a body of SHA-256 ${packed.sha256} met, ${'a'.repeat(64)} needed` }],
  })
  const text = Buffer.from('no tarball')
  expect((await put(hashOf(text), text)).json()).toMatchObject({
    status: 422,
    detail: expect.stringContaining('it is no readable .tar.gz'),
  })
  const empty = await packSource([])
  expect((await put(empty.sha256, empty.bytes)).json()).toMatchObject({ status: 422 })
  const large = Buffer.alloc(MAX_PACKED_BYTES + 1)
  expect((await put(hashOf(large), large)).json()).toMatchObject({ status: 413, type: '/problems/too-large' })
  expect((await put('A'.repeat(64), packed.bytes)).statusCode).toBe(404)
  expect((await put(packed.sha256, packed.bytes, { 'content-type': 'application/json' })).statusCode).toBe(415)
  expect(objects.size).toBe(before)
})

test('no other operation takes such a body, and a key is needed where keys are', async () => {
  const { app } = setUp()
  const posted = await app.inject({
    method: 'POST',
    url: '/v1/experiments',
    payload: Buffer.from(packed.bytes),
    headers: { 'content-type': 'application/gzip' },
  })
  expect(posted.statusCode).toBe(415)
  const guarded = setUp([hashOf(Buffer.from('secret'))])
  expect((await guarded.put(packed.sha256, packed.bytes)).statusCode).toBe(401)
  expect((await guarded.put(packed.sha256, packed.bytes, { authorization: 'Bearer secret' })).statusCode).toBe(201)
})
