import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { anExperiment, idOf } from './fakes/records.ts'

const key = 'assay_live_key'
const setUp = (keys: string[] = []) => {
  const fake = createFakeContext()
  fake.addExperiment(anExperiment())
  const app = createApp(fake.context, { keyHashes: keys.map((key) => createHash('sha256').update(key).digest('hex')) })
  return { ...fake, app }
}
const url = `/v1/experiments/${idOf(1)}`

test.each([
  '/v1/experiments',
  '/v1/experiments/',
  '//v1/experiments',
  '/v1/nothing',
  '/admin/queues',
  '/admin/queues/',
  '/admin/queues/api/queues',
  '/admin%2fqueues',
  '//admin/queues',
  '/admin/queues;x',
  '/openapi.json',
  '/docs',
  '/docs/json',
  '/',
  '/new',
  '/datasets',
  `/experiments/${idOf(1)}`,
])('with keys configured %s needs one', async (path) => {
  const { app } = setUp([key])
  for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'] as const)
    for (const authorization of [undefined, 'Bearer wrong', 'Bearer', `Basic ${btoa('x:wrong')}`, `bearer ${key}x`]) {
      const answer = await app.inject({
        method,
        url: path,
        headers: authorization === undefined ? {} : { authorization },
      })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toContain('Bearer')
    }
})

test('a bearer key and, for browsers, a Basic password open every route', async () => {
  const { app } = setUp(['another', key])
  for (const authorization of [`Bearer ${key}`, `bearer ${key}`, `Basic ${btoa(`me:${key}`)}`])
    for (const path of [url, '/admin/queues', '/openapi.json'])
      expect((await app.inject({ url: path, headers: { authorization } })).statusCode).toBe(200)
})

test('health and the problem pages need no key', async () => {
  const { app } = setUp([key])
  for (const path of ['/healthz', '/readyz']) expect((await app.inject({ url: path })).statusCode).toBe(200)
})

test('two owners may use the same Idempotency-Key for different experiments', async () => {
  const { app, addDataset, experiments } = setUp([key, 'another'])
  addDataset()
  const submit = (authorization: string, name: string) =>
    app.inject({
      method: 'POST',
      url: '/v1/experiments',
      headers: { authorization, 'idempotency-key': 'k' },
      payload: { name, dataset: `ds-${idOf(1)}`, approaches: [{ id: 'a', recipe: 'pytorch-script' }] },
    })
  expect((await submit(`Bearer ${key}`, 'one')).statusCode).toBe(202)
  expect((await submit('Bearer another', 'two')).statusCode).toBe(202)
  expect(experiments.size).toBe(3)
})

test('a page of another origin may change nothing', async () => {
  const { app, experiments } = setUp()
  for (const origin of ['https://evil.example', 'null', 'http://localhost:81']) {
    const answer = await app.inject({ method: 'POST', url: `${url}/cancel`, headers: { origin, host: 'localhost:80' } })
    expect(answer.statusCode).toBe(403)
  }
  expect(experiments.get(idOf(1))?.cancelRequestedAt).toBeUndefined()
  const own = await app.inject({
    method: 'POST',
    url: `${url}/cancel`,
    headers: { origin: 'http://127.0.0.1:4000', host: '127.0.0.1:4000' },
  })
  expect(own.statusCode).toBe(202)
})

test('without keys only loopback host names are served', async () => {
  const { app } = setUp()
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])
    expect((await app.inject({ url, headers: { host } })).statusCode).toBe(403)
  for (const host of ['localhost:4000', '127.0.0.1', '[::1]:4000'])
    expect((await app.inject({ url, headers: { host } })).statusCode).toBe(200)
})

test('a line that is no SHA-256 is refused at the start', () => {
  expect(() => createApp(createFakeContext().context, { keyHashes: ['assay_live_key'] })).toThrow(/SHA-256/)
})
