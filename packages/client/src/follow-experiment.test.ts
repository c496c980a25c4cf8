import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type ExperimentEvent, experimentSpecSchema, type ExperimentView } from '@assay/contracts'
import { afterEach, expect, test } from 'vitest'
import { createClient } from './client.ts'
import { followExperiment } from './follow-experiment.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const id = 'aaaaaaaaaaaaa'
const aSpec = { name: 'a', dataset: 'ds-aaaaaaaaaaaaa', approaches: [{ id: 'x', recipe: 'pytorch-script' }] }
const aView = (state: ExperimentView['state']): ExperimentView => ({
  id,
  name: 'test',
  state,
  environment: 'local',
  datasetId: 'ds-aaaaaaaaaaaaa',
  createdAt: '2026-01-01T00:00:00.000Z',
  stages: [],
  approaches: [],
  spec: experimentSpecSchema.parse(aSpec),
  links: { self: '', events: '', report: '', page: '' },
})
const told = (eventId: string, event: ExperimentEvent) => `id: ${eventId}\ndata: ${JSON.stringify(event)}\n\n`

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const serve = async (listener: RequestListener): Promise<string> => {
  server = createServer(listener)
  const listening = server
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

test('the end is seen although the stream stays open and says nothing, also after a garbage collection', async () => {
  let state: ExperimentView['state'] = 'running'
  const url = await serve((request, response) => {
    if (request.url?.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(': nothing to say\n\n')
      setTimeout(() => {
        collectGarbage()
        state = 'succeeded'
      }, 50)
    } else {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(aView(state)))
    }
  })
  const seen: string[] = []
  const last = await followExperiment(createClient({ url }), id, (view) => seen.push(view.state), { rereadEveryMs: 20 })
  expect(last.state).toBe('succeeded')
  expect(seen[0]).toBe('running')
})

test('a stream that breaks is opened again where it ended', async () => {
  const asked: (string | undefined)[] = []
  let isOver = false
  const url = await serve((request, response) => {
    if (!request.url?.endsWith('/events')) {
      response.setHeader('content-type', 'application/json')
      return response.end(JSON.stringify(aView(isOver ? 'canceled' : 'running')))
    }
    asked.push(request.headers['last-event-id']?.toString())
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (asked.length === 1)
      return response.end(told('7-1', { type: 'state', at: aView('running').createdAt, state: 'canceling' }))
    isOver = true
    return response.write(told('7-2', { type: 'state', at: aView('running').createdAt, state: 'canceled' }))
  })
  const seen: string[] = []
  await followExperiment(createClient({ url }), id, (view) => seen.push(view.state), { rereadEveryMs: 60_000 })
  expect(asked).toEqual([undefined, '7-1'])
  expect(seen).toEqual(['running', 'canceling', 'canceled'])
})
