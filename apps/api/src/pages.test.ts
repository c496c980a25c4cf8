import type { AddressInfo } from 'node:net'
import type { StageState } from '@assay/contracts'
import { viewExperiment } from '@assay/pipeline'
import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aFinish, anExperiment, at, aTunedExperiment, idOf } from './fakes/records.ts'

const setUp = () => {
  const fake = createFakeContext()
  const app = createApp(fake.context, { closeGraceMs: 50 })
  const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      payload: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', ...headers },
    })
  return { ...fake, app, post }
}

test.each(['/', '/new', '/datasets', `/experiments/${idOf(1)}`, '/problems/unavailable', '/docs', '/admin/queues'])(
  '%s asks no foreign host and its policy allows none',
  async (url) => {
    const { app, addExperiment } = setUp()
    addExperiment()
    const answer = await app.inject({ url })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.body).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//)
    expect(answer.body).not.toContain('googleapis')
    expect(answer.headers['content-security-policy']).toMatch(/default-src '(none|self)'/)
    expect(answer.headers['content-security-policy']).not.toContain('http')
  },
)

test('pages carry no inline script or style', async () => {
  const { app, addExperiment } = setUp()
  addExperiment()
  for (const url of ['/', '/new', '/datasets', `/experiments/${idOf(1)}`]) {
    const { body } = await app.inject({ url })
    expect(body).not.toMatch(/<script(?![^>]*(?:src=|type="application\/json"))|<style|\sstyle=|\son\w+=/)
  }
})

test('what a page loads is there, public and cached by content', async () => {
  const { app } = setUp()
  for (const name of ['style.css', 'app.js', 'icon.svg']) {
    const answer = await app.inject({ url: `/assets/${name}` })
    expect(answer.statusCode).toBe(200)
    const again = await app.inject({
      url: `/assets/${name}`,
      headers: { 'if-none-match': String(answer.headers.etag) },
    })
    expect(again.statusCode).toBe(304)
  }
})

test('a form without a script submits an experiment, once however often it is pressed', async () => {
  const { app, post, addDataset, experiments, nudges } = setUp()
  const { id } = addDataset()
  const page = await app.inject({ url: `/new?dataset=${id}&name=mine` })
  const field = (name: string) =>
    (new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
  const shown = JSON.parse(field('shown')) as Record<string, string>
  const fields = { ...shown, shown: field('shown'), key: field('key'), name: 'changed without a script' }
  const answer = await post('/new', fields)
  expect(answer.statusCode).toBe(303)
  expect(answer.headers.location).toBe(`/experiments/${[...experiments.keys()][0]}`)
  expect((await post('/new', fields)).headers.location).toBe(answer.headers.location)
  expect([...experiments.values()].map(({ spec }) => spec.name)).toEqual(['changed without a script'])
  expect(nudges[0]).toMatch(/^advance /)
})

test('a refused form comes back with what was entered and its faults by pointer', async () => {
  const { post, addDataset, experiments } = setUp()
  const { id } = addDataset()
  const spec = JSON.stringify({
    name: '<b>',
    dataset: id,
    approaches: [{ id: 'a', recipe: 'pytorch-script', hyperparameters: { unheard_of: 1 } }],
  })
  const answer = await post('/new', { name: '<b>', dataset: id, preset: 'study', spec, key: 'k' })
  expect(answer.statusCode).toBe(422)
  expect(answer.body).toContain('/approaches/0/hyperparameters/unheard_of')
  expect(answer.body).toContain('unheard_of&quot;:1')
  expect(answer.body).not.toContain('<b>')
  expect((await post('/new', { spec: '{' })).body).toContain('not JSON')
  expect((await post('/new', { spec: '{"name":""}' })).body).toContain('id="name-faults"')
  expect(experiments.size).toBe(0)
})

test('the Plan button of a form shows cost and warnings, keeps what was entered and creates nothing', async () => {
  const { post, addDataset, experiments, nudges } = setUp()
  const { id } = addDataset()
  const approaches = [{ id: 'a', title: '<i>', recipe: 'pytorch-script' }]
  const values = {
    name: 'mine',
    dataset: id,
    preset: 'study',
    spec: JSON.stringify({ name: 'mine', dataset: id, approaches }),
  }
  const answer = await post('/new', { ...values, action: 'plan', key: 'k' })
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toContain('$2.00')
  expect(answer.body).toContain('no budget.maxUsd is set')
  expect(answer.body).toContain('value="mine"')
  expect(answer.body).not.toContain('<i>')
  expect(answer.body).not.toContain('guessed <b>')
  const alone = await post('/new/plan', values)
  expect(alone.body).toMatch(/^<section id="plan"/)
  const broken = await post('/new/plan', {
    ...values,
    spec: JSON.stringify({ name: 'mine', dataset: id, approaches: [] }),
  })
  expect(broken.body).toContain('/approaches')
  expect(broken.body).not.toContain('$2.00')
  expect(experiments.size + nudges.length).toBe(0)
})

test('a data set is registered by a form, and a refused one says why', async () => {
  const { post, datasets } = setUp()
  const refused = await post('/datasets', { name: 'x', s3Uri: 's3://elsewhere/x' })
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('/s3Uri')
  expect(datasets.size).toBe(0)
  const answer = await post('/datasets', { name: 'x', s3Uri: 's3://assay/x' })
  expect(answer.statusCode).toBe(303)
  expect(answer.headers.location).toBe(`/datasets#${[...datasets.keys()][0]}`)
})

test('pages let a browser name them as the origin of their forms', async () => {
  const { app } = setUp()
  expect((await app.inject({ url: '/new' })).headers['referrer-policy']).toBe('same-origin')
})

test('cancelling by form leads back to the page', async () => {
  const { post, addExperiment, experiments } = setUp()
  const { id } = addExperiment()
  expect((await post(`/experiments/${id}/cancel`, {})).headers.location).toBe(`/experiments/${id}`)
  expect(experiments.get(id)?.cancelRequestedAt).toBeDefined()
  expect((await post(`/experiments/${id}/cancel`, {}, { origin: 'https://evil.example' })).statusCode).toBe(403)
})

const aTuning = () => {
  const fake = setUp()
  return { ...fake, id: fake.addExperiment(aTunedExperiment()).id }
}

test('a tuning is stopped by form, which leads back to its trials, from our own pages only', async () => {
  const { app, post, nudges, id, context } = aTuning()
  context.liveTrials = async (name) => [
    {
      name: `${name}-001`,
      status: 'Completed',
      hyperparameters: { learning_rate: '0.01' },
      objective: 0.4,
      best: true,
    },
  ]
  const url = `/experiments/${id}/approaches/type-1/stop-tuning`
  expect((await app.inject({ url: `/experiments/${id}` })).body).toContain(`action="${url}"`)
  expect((await post(url, {}, { origin: 'https://evil.example' })).statusCode).toBe(403)
  expect(nudges).toEqual([])
  const answer = await post(url, {})
  expect(answer.statusCode).toBe(303)
  expect(answer.headers.location).toBe(`/experiments/${id}#trials-type-1`)
  expect(nudges).toEqual([`stop ${id} type-1 1`, 'wake type-1 tune'])
})

test('a page is shown although the cloud does not tell the trials', async () => {
  const { app, id, context } = aTuning()
  context.liveTrials = () => Promise.reject(new Error('throttled'))
  const page = await app.inject({ url: `/experiments/${id}` })
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('the cloud does not tell its trials now')
})

test('an error is a page for browsers and a problem for others', async () => {
  const { app } = setUp()
  const url = `/experiments/${idOf(9)}`
  const page = await app.inject({ url, headers: { accept: 'text/html' } })
  expect(page.statusCode).toBe(404)
  expect(page.headers['content-type']).toContain('text/html')
  const problem = await app.inject({ url })
  expect(problem.headers['content-type']).toContain('application/problem+json')
})

test('the live page sends every fragment, then those that changed, then the end', async () => {
  const { app, addExperiment, emit, change, experiments } = setUp()
  const { id } = addExperiment(anExperiment())
  const snapshot = () => {
    const record = experiments.get(id)
    if (record) emit({ type: 'snapshot', experiment: viewExperiment(record, new Map()) })
  }
  snapshot()
  emit({
    type: 'stage',
    at: '2026-11-23T12:00:00.000Z',
    approachId: 'type-2',
    stage: { stage: 'deploy', state: 'running' },
  })
  change(id, { finish: aFinish('canceled') })
  snapshot()
  await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/experiments/${id}/live`)
  const frames = (await answer.text()).split('\n\n').filter((frame) => frame.startsWith('event:'))
  await app.close()
  const ids = frames.map((frame) => /"id":"([^"]+)"/.exec(frame)?.[1])
  expect(ids.slice(0, 6)).toEqual(['overview', 'actions', 'shared', 'lane-type-1', 'lane-type-2', 'lane-type-2'])
  expect(frames.at(-1)).toBe('event: end\ndata: {}')
})

test('the live page sends trials anew while their tuning goes on, and looks once more when it has ended', async () => {
  const { app, id, context, emit, change, experiments } = aTuning()
  let looks = 0
  context.liveTrials = async (name) => {
    looks += 1
    const trials = Array.from({ length: looks }, (_, index) => `${name}-${index + 1}`)
    return trials.map((name) => ({ name, status: 'InProgress', hyperparameters: {}, best: false }))
  }
  const record = experiments.get(id)
  if (!record) throw new Error('an experiment needed')
  emit({ type: 'snapshot', experiment: viewExperiment(record, new Map()) })
  const tune = (state: StageState) =>
    emit({ type: 'stage', at: at(20), approachId: 'type-1', stage: { stage: 'tune', state } })
  for (const state of ['waiting', 'waiting', 'succeeded'] as const) tune(state)
  for (const state of ['running', 'succeeded'] as const)
    emit({ type: 'stage', at: at(20), approachId: 'type-1', stage: { stage: 'deploy', state } })
  change(id, { finish: aFinish() })
  emit({ type: 'state', at: at(30), state: 'succeeded' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const answer = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/experiments/${id}/live`)
  const frames = (await answer.text()).split('\n\n').filter((frame) => frame.includes('"id":"trials-type-1"'))
  await app.close()
  // At the beginning, twice while it waits, when it has ended, not for the deployment; and as the ledger, in which this tuning has no outcome, says at the end.
  expect(frames.map((frame) => /(\d) running of 3/.exec(frame)?.[1])).toEqual(['1', '2', '3', '4', '5'])
  expect(looks).toBe(5)
})

test('the last fragments of the live page have the end, the bill and what is left, which its event does not say', async () => {
  const { app, addExperiment, emit, change } = setUp()
  const record = addExperiment(anExperiment())
  emit({ type: 'snapshot', experiment: viewExperiment(record, new Map()) })
  change(record.id, { finish: aFinish() })
  emit({ type: 'state', at: at(30), state: 'succeeded' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/experiments/${record.id}/live`)
  const overviews = (await answer.text()).split('\n\n').filter((frame) => frame.includes('"id":"overview"'))
  await app.close()
  expect(overviews).toHaveLength(2)
  for (const part of ['Took', 'Left in the cloud', 'assay-left-over']) {
    expect(overviews[0]).not.toContain(part)
    expect(overviews[1]).toContain(part)
  }
})

test('the board takes no method that changes anything', async () => {
  const { app } = setUp()
  for (const method of ['PUT', 'POST', 'PATCH', 'DELETE'] as const)
    for (const url of [
      '/admin/queues/api/queues',
      '/admin/queues/api/queues/train/add',
      '/admin/queues/api/queues/train/x/retry/failed',
      '/admin/queues/api/queues/train/obliterate',
    ])
      expect((await app.inject({ method, url })).statusCode).toBeGreaterThanOrEqual(404)
  const put = await app.inject({ method: 'PUT', url: '/admin/queues/api/queues/train/pause' })
  expect(put.statusCode).toBe(405)
  expect(put.headers['content-type']).toContain('application/problem+json')
})
