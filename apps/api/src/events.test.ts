import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { ExperimentEvent } from '@assay/contracts'
import { viewExperiment } from '@assay/pipeline'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aFinish, anExperiment, at } from './fakes/records.ts'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const setUp = async ({ heartbeatMs = 60_000, ended = false } = {}) => {
  const fake = createFakeContext()
  const record = fake.addExperiment(anExperiment({}, ended ? { finish: aFinish() } : {}))
  const app = createApp(fake.context, { heartbeatMs, closeGraceMs: 100 })
  open.push(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/experiments/${record.id}/events`
  const follow = async (lastEventId?: string) => {
    const reader = new AbortController()
    open.push({ close: () => reader.abort() })
    const answer = await fetch(url, {
      signal: reader.signal,
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    })
    const body = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    /** Reads on until the text holds this; null reads to the end. */
    const until = async (wanted: string | null) => {
      const isThere = () => wanted !== null && text.includes(wanted)
      while (!isThere()) {
        const met = await body?.read()
        if (!met || met.done) {
          if (wanted !== null) throw new Error(`the stream ended before ${wanted}: ${text}`)
          break
        }
        text += met.value
      }
      return text
    }
    return { answer, until, leave: () => reader.abort() }
  }
  const snapshot = (): ExperimentEvent => ({
    type: 'snapshot',
    experiment: viewExperiment(fake.experiments.get(record.id) ?? record, new Map()),
  })
  const split = (state: 'running' | 'succeeded'): ExperimentEvent => ({
    type: 'stage',
    at: at(1),
    stage: { stage: 'split', state },
  })
  return { ...fake, app, record, follow, snapshot, split }
}

test('a stream begins with a snapshot, carries ids, and closes after the terminal state', async () => {
  const { follow, emit, snapshot, split } = await setUp()
  emit(snapshot())
  const { answer, until } = await follow()
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(answer.headers.get('x-accel-buffering')).toBe('no')
  expect(await until('id: e1-1\n')).toMatch(/^retry: 3000\n\n/)
  emit(split('running'))
  await until('id: e1-2\n')
  emit({ type: 'state', at: at(9), state: 'succeeded' })
  emit(split('succeeded'))
  const all = await until(null)
  expect(all).toContain('"state":"succeeded"}\n\n')
  expect(all).not.toContain('e1-4')
})

test('Last-Event-ID goes on after that event, without loss or doubles', async () => {
  const { follow, emit, snapshot, split } = await setUp()
  emit(snapshot())
  emit(split('running'))
  const first = await follow()
  await first.until('id: e1-2\n')
  first.leave()
  emit(split('succeeded'))
  emit({ type: 'state', at: at(9), state: 'failed' })
  const second = await follow('e1-2')
  const text = await second.until(null)
  expect(text.match(/^id: .*$/gm)).toEqual(['id: e1-3', 'id: e1-4'])
})

test('silence is filled with comments', async () => {
  const { follow } = await setUp({ heartbeatMs: 10 })
  const { until } = await follow()
  expect(await until(': still here\n\n: still here\n\n')).not.toContain('data:')
})

test('a reader who has seen the end already is told the state again and let go', async () => {
  const { follow } = await setUp({ ended: true })
  const { until } = await follow('e1-77')
  expect(await until(null)).toContain('"type":"state"')
})

test('a terminal state that the stream lost is taken from the ledger', async () => {
  const { follow, emit, snapshot, change, record } = await setUp({ heartbeatMs: 20 })
  emit(snapshot())
  const { until } = await follow()
  await until('id: e1-1\n')
  change(record.id, { finish: aFinish('canceled') })
  expect(await until(null)).toContain('"state":"canceled"}')
})

test('the source is stopped when the reader goes', async () => {
  const { follow, context } = await setUp()
  const stopped = new Promise<void>((resolve) => {
    context.live.events = async function* (_id, _last, signal) {
      yield { id: 'e1-1', event: { type: 'state', at: at(1), state: 'running' } }
      signal.addEventListener('abort', () => resolve())
      await stopped
    }
  })
  const { until, leave } = await follow()
  await until('id: e1-1')
  leave()
  await expect(stopped).resolves.toBeUndefined()
})

test('closing the app ends open streams', async () => {
  const { follow, app, emit, snapshot } = await setUp()
  emit(snapshot())
  const { until } = await follow()
  await until('id: e1-1')
  await app.close()
  await expect(until(null)).resolves.toContain('snapshot')
})

test('a slow reader holds its source back', async () => {
  const { follow, context } = await setUp()
  let made = 0
  context.live.events = async function* () {
    for (;;) {
      made += 1
      yield {
        id: `e1-${made}`,
        event: {
          type: 'stage',
          at: at(1),
          stage: { stage: 'split', state: 'running', reason: { code: 'x', message: 'y'.repeat(100_000) } },
        },
      }
    }
  }
  await follow()
  let before = -1
  while (before !== made) {
    before = made
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  // Socket buffers hold some megabytes; an unbounded stream would have made thousands by now.
  expect(made).toBeLessThan(500)
})
