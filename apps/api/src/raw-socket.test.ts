import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { idOf } from './fakes/records.ts'

const fake = createFakeContext()
fake.addDataset()
const app = createApp(fake.context)
beforeAll(() => app.listen({ host: '127.0.0.1', port: 0 }))
afterAll(() => app.close())

/** Sends bytes as they are; answers everything until the server closes. */
const send = (bytes: string) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    socket.write(bytes)
  })

const valid = JSON.stringify({
  name: 'x',
  dataset: `ds-${idOf(1)}`,
  approaches: [{ id: 'a', recipe: 'pytorch-script' }],
})
const request = (body: string, ...headers: string[]) =>
  [
    'POST /v1/experiments HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: close',
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')

test('the valid request passes, so that the others fail for their own reason', async () => {
  expect(await send(request(valid, 'Content-Type: application/json'))).toMatch(/^HTTP\/1\.1 202 /)
})

test.each([
  ['no type', []],
  ['text', ['Content-Type: text/plain']],
  ['text that mentions JSON', ['Content-Type: text/plain; application/json']],
  ['a tab after the type', ['Content-Type: application/json\ta']],
  ['a list of types', ['Content-Type: application/json, text/plain']],
  ['a longer word', ['Content-Type: application/jsonx']],
  ['a type in quotes', ['Content-Type: "application/json"']],
  ['a form', ['Content-Type: application/x-www-form-urlencoded']],
  ['a multipart form', ['Content-Type: multipart/form-data; boundary=x']],
  ['only a parameter', ['Content-Type: ;application/json']],
])('a body with %s is never accepted', async (_name, headers) => {
  const before = fake.experiments.size
  expect(await send(request(valid, ...headers))).toMatch(/^HTTP\/1\.1 4\d\d [^]*application\/problem\+json/)
  expect(fake.experiments.size).toBe(before)
})

test.each([
  ['a leading space', ['Content-Type:  application/json']],
  ['upper case', ['Content-Type: APPLICATION/JSON']],
  ['a parameter', ['Content-Type: application/json; charset=utf-8']],
])('%s in the type changes nothing of the validation', async (_name, headers) => {
  const answer = await send(request('{"name":1}', ...headers))
  expect(answer).toMatch(/^HTTP\/1\.1 422 [^]*"pointer":"\/name"/)
})

test.each([
  ['what is no HTTP', 'NONSENSE\r\n\r\n', 400],
  [
    'two lengths',
    `POST /v1/experiments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    400,
  ],
  [
    'a length and chunks',
    `POST /v1/experiments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['headers of 20 kB', `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
])('%s is a problem', async (_name, bytes, status) => {
  expect(await send(bytes)).toMatch(
    new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json[^]*"status":${status}`),
  )
})

test('a polluted prototype stays unpolluted', async () => {
  for (const body of ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'])
    expect(await send(request(body, 'Content-Type: application/json'))).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect('polluted' in {}).toBe(false)
})
