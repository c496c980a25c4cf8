import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aFinish, anExperiment, anOutcome, idOf } from './fakes/records.ts'

const url = `/v1/experiments/${idOf(1)}/cancel`

test('cancelling asks once and may be repeated', async () => {
  const { context, addExperiment, nudges } = createFakeContext()
  addExperiment()
  const app = createApp(context)
  const first = await app.inject({ method: 'POST', url })
  expect(first.statusCode).toBe(202)
  expect(first.json()).toMatchObject({ state: 'canceling' })
  expect((await app.inject({ method: 'POST', url, payload: {} })).json()).toEqual(first.json())
  expect(nudges).toContain(`advance ${idOf(1)}`)
})

test('what has ended stays as it is', async () => {
  const { context, addExperiment, nudges, experiments } = createFakeContext()
  const record = addExperiment(anExperiment({}, { finish: aFinish('failed') }))
  const answer = await createApp(context).inject({ method: 'POST', url })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ state: 'failed' })
  expect(experiments.get(record.id)).toBe(record)
  expect(nudges).toEqual([])
})

test('cancelling works while Redis is away', async () => {
  const { context, addExperiment, experiments } = createFakeContext()
  addExperiment()
  const away = async (): Promise<never> => {
    throw new Error('Connection is closed.')
  }
  context.advance = away
  context.live.progress = away
  expect((await createApp(context).inject({ method: 'POST', url })).statusCode).toBe(202)
  expect(experiments.get(idOf(1))?.cancelRequestedAt).toBeDefined()
})

test('only an approach that failed can be tried again', async () => {
  const { context, addExperiment } = createFakeContext()
  const record = anExperiment()
  const [first, second] = record.approaches
  if (!first || !second) throw new Error('two approaches needed')
  const train = anOutcome('train', undefined, { status: 'failed', reason: { code: 'algorithm_error', message: 'NaN' } })
  addExperiment({ ...record, approaches: [{ ...first, train }, second] })
  const app = createApp(context)
  const retry = (approach: string) =>
    app.inject({ method: 'POST', url: `/v1/experiments/${record.id}/approaches/${approach}/retry` })
  const again = await retry('type-1')
  expect(again.statusCode).toBe(202)
  expect(again.json()).toEqual({ attempt: 2 })
  expect((await retry('type-2')).json()).toMatchObject({ type: '/problems/not-failed', state: 'pending' })
})

test('a retry for which the budget is too small is refused and begins nothing', async () => {
  const { context, addExperiment, nudges } = createFakeContext()
  const record = anExperiment()
  const train = anOutcome('train', undefined, { status: 'failed', reason: { code: 'algorithm_error', message: 'NaN' } })
  const approaches = record.approaches.map((approach) => ({ ...approach, train }))
  addExperiment({ ...record, spec: { ...record.spec, budget: { maxUsd: 1.5 } }, approaches })
  const url = `/v1/experiments/${record.id}/approaches/type-1/retry`
  const answer = await createApp(context).inject({ method: 'POST', url })
  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({
    type: '/problems/budget-exceeded',
    detail: expect.stringContaining('another attempt of type-1') as string,
  })
  expect(nudges).toEqual([])
})
