import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'

test('the load of every queue is read in the text format of Prometheus, with the state of the process', async () => {
  const app = createApp(createFakeContext().context)
  const answer = await app.inject({ url: '/metrics' })
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = answer.body.split('\n')
  expect(lines).toContain('# TYPE assay_jobs gauge')
  expect(lines).toContain('assay_jobs{queue="train",state="waiting"} 2')
  expect(lines).toContain('assay_jobs{queue="train",state="parked"} 7')
  expect(lines).toContain('assay_overdue_seconds{queue="train"} 0.5')
  expect(lines).toContain('assay_workers{queue="train"} 1')
  expect(answer.body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
})

test('the load needs a key where keys are needed', async () => {
  const app = createApp(createFakeContext().context, { keyHashes: ['a'.repeat(64)] })
  expect((await app.inject({ url: '/metrics' })).statusCode).toBe(401)
})
