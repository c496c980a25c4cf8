import { problemSchema } from '@assay/contracts'
import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { idOf } from './fakes/records.ts'

interface Document {
  openapi: string
  paths: Record<string, Record<string, { operationId?: string; requestBody?: unknown; parameters?: { in: string }[] }>>
}

const setUp = async () => {
  const fake = createFakeContext()
  const app = createApp(fake.context)
  await app.ready()
  const document = (await app.inject({ url: '/openapi.json' })).json<Document>()
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as 'GET' | 'POST',
      path,
      operation,
      /** With ids that could exist, but do not. */
      url: path
        .replace('/datasets/{id}', `/datasets/ds-${idOf(700)}`)
        .replace('{id}', idOf(700))
        .replace('{approachId}', 'nobody')
        .replace('{path}', 'some/file.json')
        .replace('{sha256}', 'a'.repeat(64)),
    })),
  )
  return { ...fake, app, document, routes }
}

const expectProblem = (
  answer: Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>['app']['inject']>>,
  status: number,
) => {
  expect(answer.statusCode).toBe(status)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = problemSchema.parse(answer.json())
  expect(problem).toMatchObject({ status, type: expect.stringMatching(/^\/problems\/[a-z-]+$/) })
  expect(problem.requestId).toBe(answer.headers['x-request-id'])
  return problem
}

test('the document is OpenAPI 3.1 and names every operation once', async () => {
  const { document, routes } = await setUp()
  expect(document.openapi).toBe('3.1.0')
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'GET /healthz',
    'GET /metrics',
    'GET /readyz',
    'GET /v1/datasets',
    'GET /v1/datasets/{id}',
    'GET /v1/experiments',
    'GET /v1/experiments/{id}',
    'GET /v1/experiments/{id}/approaches/{approachId}',
    'GET /v1/experiments/{id}/approaches/{approachId}/logs',
    'GET /v1/experiments/{id}/approaches/{approachId}/metrics',
    'GET /v1/experiments/{id}/approaches/{approachId}/predictions',
    'GET /v1/experiments/{id}/events',
    'GET /v1/experiments/{id}/report',
    'GET /v1/experiments/{id}/report/files/{path}',
    'GET /v1/presets',
    'GET /v1/sources/{sha256}',
    'POST /v1/cleanup',
    'POST /v1/datasets',
    'POST /v1/datasets/{id}/complete',
    'POST /v1/datasets/{id}/uploads',
    'POST /v1/experiments',
    'POST /v1/experiments/{id}/approaches/{approachId}/retry',
    'POST /v1/experiments/{id}/approaches/{approachId}/stop-tuning',
    'POST /v1/experiments/{id}/cancel',
    'PUT /v1/sources/{sha256}',
  ])
  const ids = routes.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

test('what does not exist is a problem on every route with an id', async () => {
  const { app, routes } = await setUp()
  const withId = routes.filter(({ path }) => path.includes('{id}'))
  expect(withId.length).toBeGreaterThan(10)
  for (const { method, url, path } of withId) {
    const payload = path.endsWith('/uploads') ? { files: [{ path: 'a.jpg', bytes: 1 }] } : undefined
    expectProblem(await app.inject({ method, url, ...(payload ? { payload } : {}) }), 404)
  }
})

test('an id that cannot exist is a 404 as well', async () => {
  const { app, routes } = await setUp()
  const withId = routes.filter(({ path }) => path.includes('{id}'))
  expect(withId.length).toBeGreaterThan(10)
  for (const { method, path } of withId) {
    const url = path.replace('{id}', '..%2f..%2fetc').replace('{approachId}', 'a').replace('{path}', 'x')
    expectProblem(await app.inject({ method, url, ...(path.endsWith('/uploads') ? { payload: {} } : {}) }), 404)
  }
})

test('a method that a path does not take is a 405 that names those it takes', async () => {
  const { app, routes } = await setUp()
  for (const { url } of routes) {
    const answer = await app.inject({ method: 'DELETE', url })
    expectProblem(answer, 405)
    expect(answer.headers.allow).toMatch(/GET|POST/)
  }
})

test('an unknown path is a problem', async () => {
  const { app } = await setUp()
  for (const url of ['/v1', '/v1/nothing', '/V1/experiments', '/v1/experiments/', '/%', '/v1//experiments'])
    expect(problemSchema.parse((await app.inject({ url })).json()).status).toBeGreaterThanOrEqual(400)
})

test('a body of another type, too large, unreadable or with unknown fields is a problem on every POST', async () => {
  const { app, routes } = await setUp()
  const posts = routes.filter(({ method }) => method === 'POST')
  expect(posts.length).toBeGreaterThan(4)
  for (const { url } of posts) {
    const post = (payload: string, type = 'application/json') =>
      app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonp'])
      expectProblem(await post('{}', type), 415)
    expectProblem(await post(`{"name":"${'a'.repeat(1_048_577)}"}`), 413)
    expectProblem(await post('{"name":'), 400)
    expectProblem(await post(''), 400)
    expectProblem(await post('{"__proto__":{"x":1}}'), 400)
    const unknown = expectProblem(await post('{"surprise":1}'), 422)
    expect(unknown.errors?.length).toBeGreaterThan(0)
  }
})

test('an unknown or malformed query parameter is a 400 on every GET that takes some', async () => {
  const { app, routes } = await setUp()
  const lists = routes.filter(({ operation }) => operation.parameters?.some((parameter) => parameter.in === 'query'))
  expect(lists.length).toBeGreaterThan(3)
  for (const { url } of lists) expectProblem(await app.inject({ url: `${url}?surprise=1` }), 400)
  for (const limit of ['0', '201', 'x', '1.5', ''])
    expectProblem(await app.inject({ url: `/v1/experiments?limit=${limit}` }), 400)
  const problem = expectProblem(await app.inject({ url: '/v1/experiments?cursor=bm90IG91cnM' }), 400)
  expect(problem.errors).toEqual([{ pointer: '/cursor', detail: expect.any(String) }])
})

test('while the ledger is away every route that reads it is a 503 with Retry-After', async () => {
  const { app, context, routes } = await setUp()
  const away = async (): Promise<never> => {
    throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
  }
  Object.assign(context.ledger, { readDataset: away, readExperiment: away, listDatasets: away, listExperiments: away })
  const reading = routes.filter(
    ({ method, path }) =>
      path.includes('{id}') || (method === 'GET' && ['/v1/datasets', '/v1/experiments'].includes(path)),
  )
  expect(reading.length).toBeGreaterThan(12)
  for (const { method, url, path } of reading) {
    const payload = path.endsWith('/uploads') ? { files: [{ path: 'a.jpg', bytes: 1 }] } : undefined
    const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) })
    expectProblem(answer, 503)
    expect(answer.headers['retry-after']).toBe('5')
  }
})

test('a fault of ours is a 500 that tells nothing of its cause', async () => {
  const { app, context } = await setUp()
  context.ledger.readExperiment = async () => {
    throw new Error('secret path /home/someone')
  }
  const answer = await app.inject({ url: `/v1/experiments/${idOf(1)}` })
  expectProblem(answer, 500)
  expect(answer.body).not.toContain('secret')
})

test('every kind of problem has a page at its type', async () => {
  const { app } = await setUp()
  const { type } = (await app.inject({ url: '/v1/nothing' })).json<{ type: string }>()
  const page = await app.inject({ url: type })
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-type']).toContain('text/html')
})
