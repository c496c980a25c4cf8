import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aCheck, idOf } from './fakes/records.ts'

const setUp = () => {
  const fake = createFakeContext()
  const app = createApp(fake.context)
  const post = (url: string, payload?: object) => app.inject({ method: 'POST', url, ...(payload ? { payload } : {}) })
  return { ...fake, app, post }
}

test('an allowed S3 prefix is registered and its check begins', async () => {
  const { post, nudges } = setUp()
  const answer = await post('/v1/datasets', { name: 'steel', s3Uri: 's3://assay/neu' })
  expect(answer.statusCode).toBe(201)
  expect(answer.json()).toMatchObject({ state: 'checking', location: 's3://assay/neu/' })
  const { id } = answer.json<{ id: string }>()
  expect(answer.headers.location).toBe(`/v1/datasets/${id}`)
  expect(nudges).toEqual([`check ${id}`])
})

test.each([
  ['s3://elsewhere/x', '/s3Uri'],
  ['s3://assay/empty/', '/s3Uri'],
  ['https://example.com/x', '/s3Uri'],
  ['s3://UPPER/x', '/s3Uri'],
])('%s is refused by pointer', async (s3Uri, pointer) => {
  const { post, datasets } = setUp()
  const answer = await post('/v1/datasets', { name: 'steel', s3Uri })
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors).toEqual([{ pointer, detail: expect.any(String) }])
  expect(datasets.size).toBe(0)
})

test('an upload goes from uploading over checking to ready', async () => {
  const { post, datasets, nudges, app } = setUp()
  const { id, state } = (await post('/v1/datasets', { name: 'steel', upload: true })).json<{
    id: string
    state: string
  }>()
  expect(state).toBe('uploading')
  const answer = await post(`/v1/datasets/${id}/uploads`, { files: [{ path: 'a b/1.jpg', bytes: 7 }] })
  expect(answer.json()).toEqual({
    uploads: [{ path: 'a b/1.jpg', url: expect.stringContaining('bytes=7'), method: 'PUT' }],
    expiresAt: '2026-11-23T12:10:00.000Z',
  })
  expect(nudges).toEqual([])
  const complete = await post(`/v1/datasets/${id}/complete`)
  expect(complete.statusCode).toBe(202)
  expect(complete.json()).toMatchObject({ state: 'checking' })
  expect(nudges).toEqual([`check ${id}`])
  expect((await post(`/v1/datasets/${id}/uploads`, { files: [{ path: 'b', bytes: 7 }] })).json()).toMatchObject({
    status: 409,
    state: 'checking',
  })
  const entry = datasets.get(id)
  if (entry) datasets.set(id, { ...entry, check: aCheck() })
  expect((await app.inject({ url: `/v1/datasets/${id}` })).json()).toMatchObject({
    state: 'ready',
    check: { images: 180 },
  })
  expect((await post(`/v1/datasets/${id}/complete`)).statusCode).toBe(200)
})

test('paths that leave the data set or name a file twice are refused by pointer', async () => {
  const { post } = setUp()
  const { id } = (await post('/v1/datasets', { name: 'steel', upload: true })).json<{ id: string }>()
  const paths = ['ok/1.jpg', '../x', '/etc/passwd', 'a//b', 'a/./b', String.raw`a\b`, 'ok/1.jpg', 'a\u0000b']
  const answer = await post(`/v1/datasets/${id}/uploads`, { files: paths.map((path) => ({ path, bytes: 1 })) })
  expect(answer.statusCode).toBe(422)
  expect(answer.json().errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((index) => `/files/${index}/path`),
  )
})

test('lists go page by page without doubles', async () => {
  const { addDataset, app, post } = setUp()
  for (let n = 1; n <= 5; n++) addDataset(n)
  const seen: string[] = []
  let url: string | undefined = '/v1/datasets?limit=2'
  while (url) {
    const answer: Awaited<ReturnType<typeof post>> = await app.inject({ url })
    const { items, nextCursor } = answer.json<{ items: { id: string }[]; nextCursor: string | null }>()
    seen.push(...items.map(({ id }) => id))
    const next: string | undefined = /^<(.*)>; rel="next"$/.exec(String(answer.headers.link))?.[1]
    expect(next?.endsWith(`cursor=${nextCursor}`) ?? nextCursor === null).toBe(true)
    url = next
  }
  expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `ds-${idOf(n)}`))
})

test('presets are bodies that lack a name and a data set', async () => {
  const { app, addDataset, post } = setUp()
  const { items } = (await app.inject({ url: '/v1/presets' })).json<{ items: { spec: object }[] }>()
  const { id } = addDataset()
  expect((await post('/v1/experiments', { ...items[0]?.spec, name: 'from a preset', dataset: id })).statusCode).toBe(
    202,
  )
})
