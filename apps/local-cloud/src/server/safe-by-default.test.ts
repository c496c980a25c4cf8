import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aCloud } from '../testing/a-cloud.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

let cloud: Awaited<ReturnType<typeof aCloud>>
beforeAll(async () => {
  cloud = await aCloud()
})
afterAll(async () => cloud.end())

test.each([
  'GET faults',
  'POST faults',
  'POST clock',
  'GET journal',
  'DELETE journal',
  'POST lifecycle',
  'POST interrupt/a',
])('control is off unless it is switched on: %s', async (call) => {
  const [method = '', path = ''] = call.split(' ')
  const answer = await fetch(`${cloud.url}/_control/${path}`, { method, body: method === 'POST' ? '{}' : undefined })
  expect(answer.status).toBe(404)
  expect(await answer.json()).toEqual({
    message: 'control is switched off; start the local cloud with --control',
  })
  expect(existsSync(join(cloud.folder, 'data/journal.jsonl'))).toBe(false)
})

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

test.skipIf(outside === undefined)('it cannot be reached at an address that others can reach', async () => {
  const reached = await new Promise((resolve) => {
    const socket = connect({ host: outside, port: Number(new URL(cloud.url).port) })
    socket.once('connect', () => resolve('connected'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
  expect(reached).toBe('ECONNREFUSED')
})

const json = (operation: string) => ({ method: 'POST', headers: { 'x-amz-target': operation }, body: '{}' })
const form = (Action: string) => ({ method: 'POST', body: new URLSearchParams({ Action, Version: '2011-06-15' }) })

test.each<[string, string, string, RequestInit]>([
  ['SageMaker', '/', 'x-amzn-requestid', json('SageMaker.ListTrainingJobs')],
  ['an unknown operation', '/', 'x-amzn-requestid', json('SageMaker.ListNothing')],
  ['an unknown service', '/', 'x-amzn-requestid', json('DynamoDB_20120810.ListTables')],
  ['the runtime', '/endpoints/none/invocations', 'x-amzn-requestid', { method: 'POST', body: 'x' }],
  ['STS', '/', 'x-amzn-requestid', form('GetCallerIdentity')],
  ['an unknown action', '/', 'x-amzn-requestid', form('AssumeRole')],
  ['S3', '/data', 'x-amz-request-id', {}],
  ['a missing object', '/data/none', 'x-amz-request-id', {}],
])('every answer has a request id of its own: %s', async (_, path, header, init) => {
  const ids = await Promise.all([1, 2].map(async () => (await fetch(cloud.url + path, init)).headers.get(header) ?? ''))
  expect(ids[0]).toMatch(/^[0-9A-Fa-f-]{16,36}$/)
  expect(ids[1]).toMatch(/^[0-9A-Fa-f-]{16,36}$/)
  expect(ids[0]).not.toBe(ids[1])
})
