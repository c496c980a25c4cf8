import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aFinish, anExperiment, anOutcome, aReport, at, idOf, stored } from './fakes/records.ts'

const url = `/v1/experiments/${idOf(1)}/report`
const output = {
  prefix: 'data/x/report/',
  json: stored('report.json'),
  pictures: stored('pictures.json'),
  files: [{ path: 'predictions/type-1.coco.json', object: stored('predictions') }],
}

const setUp = ({ finished = true } = {}) => {
  const fake = createFakeContext()
  fake.objects.set('report.json', Buffer.from(JSON.stringify({ ...aReport(), newer: 'kept' })))
  fake.objects.set('pictures.json', Buffer.from('{}'))
  fake.objects.set('predictions', Buffer.from('[]'))
  fake.addExperiment(
    anExperiment({}, { report: anOutcome('report', output), ...(finished ? { finish: aFinish() } : {}) }),
  )
  return { ...fake, app: createApp(fake.context) }
}

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ['application/json;q=0.5, text/html;q=0.4', 'application/json'],
  ['text/*', 'text/html'],
])('Accept %s gets %s', async (accept, type) => {
  const { app } = setUp()
  const answer = await app.inject({ url, headers: accept === undefined ? {} : { accept } })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toContain(type)
  expect(answer.headers.vary).toBe('accept')
})

test('a format in the query wins over Accept, and what cannot be had is a 406', async () => {
  const { app } = setUp()
  const html = await app.inject({ url: `${url}?format=html`, headers: { accept: 'application/json' } })
  expect(html.headers['content-type']).toContain('text/html')
  expect((await app.inject({ url, headers: { accept: 'image/png' } })).statusCode).toBe(406)
  expect((await app.inject({ url, headers: { accept: 'text/html;q=0' } })).statusCode).toBe(406)
})

test('the JSON report keeps every field and takes its clean-up from the terminal outcome', async () => {
  const before = setUp({ finished: false })
  expect((await before.app.inject({ url })).json()).toEqual({ ...aReport(), newer: 'kept' })
  const after = setUp()
  expect((await after.app.inject({ url })).json()).toMatchObject({
    newer: 'kept',
    cleanup: { remaining: [{ kind: 'endpoint', name: 'assay-left-over' }] },
  })
})

test('every form tells what an endpoint cost that was still up when the report was written', async () => {
  const text = async (finished: boolean, format: string) =>
    (await setUp({ finished }).app.inject({ url: `${url}?format=${format}` })).body
  expect(await text(false, 'html')).not.toContain('$0.25')
  expect(await text(true, 'html')).toContain('$0.25')
  expect(await text(true, 'html')).toContain('assay-left-over')
  expect(await text(true, 'csv')).toContain(',0.25,')
  expect(await text(true, 'md')).toContain('# steel defects')
})

test('a stored report that is not what the contract says is an error, not a page', async () => {
  const { app, objects } = setUp()
  objects.set('report.json', Buffer.from('{"schemaVersion":1}'))
  expect((await app.inject({ url: `${url}?format=html` })).statusCode).toBe(500)
})

test('the HTML report may load nothing and be framed by nobody', async () => {
  const { app } = setUp()
  const { headers } = await app.inject({ url: `${url}?format=html` })
  const policy = String(headers['content-security-policy'])
  for (const part of ["default-src 'none'", 'sandbox allow-scripts', "frame-ancestors 'none'", "form-action 'none'"])
    expect(policy).toContain(part)
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test('an unfinished report is a 409 with the state', async () => {
  const fake = createFakeContext()
  fake.addExperiment(anExperiment())
  const answer = await createApp(fake.context).inject({ url })
  expect(answer.statusCode).toBe(409)
  expect(answer.json()).toMatchObject({ type: '/problems/not-finished', state: 'running' })
})

test('a file behind the report is served by its listed path only', async () => {
  const { app } = setUp()
  const file = await app.inject({ url: `${url}/files/predictions/type-1.coco.json` })
  expect(file.json()).toEqual([])
  for (const path of [
    'report.json',
    '../report.json',
    '%2e%2e/report.json',
    'predictions%2ftype-1',
    'predictions//type-1.coco.json',
    '%00',
  ])
    expect((await app.inject({ url: `${url}/files/${path}` })).statusCode).toBeGreaterThanOrEqual(400)
})

test('approaches show trials, curves, predictions and logs', async () => {
  const fake = createFakeContext()
  const record = anExperiment()
  const [first, second] = record.approaches
  if (!first || !second) throw new Error('two approaches needed')
  const trial = {
    name: 'assay-t',
    status: 'Completed' as const,
    instanceType: 'ml.g4dn.xlarge',
    instanceCount: 1,
    billableSeconds: 60,
    hyperparameters: {},
  }
  const train = anOutcome('train', {
    jobName: 'assay-t',
    kind: 'training',
    trials: [trial],
    best: 'assay-t',
    modelArtifact: 's3://assay/model.tar.gz',
    curves: [{ metric: 'validation:mAP', points: [{ step: 1, value: 0.2 }] }],
    wallSeconds: 60,
    describes: stored('describes'),
  })
  const evaluate = anOutcome('evaluate', {
    stats: Array.from({ length: 12 }, () => 0.25),
    perCategoryAP: {},
    perCategoryAP50: {},
    perIouMap: Array.from({ length: 10 }, () => 0.25),
    predictions: stored('predictions'),
    details: stored('details'),
  })
  fake.objects.set('predictions', Buffer.from('[{"image_id":1,"category_id":1,"bbox":[0,0,1,1],"score":0.5}]'))
  fake.addExperiment({ ...record, approaches: [{ ...first, train, evaluate }, second] })
  const app = createApp(fake.context)
  const read = async (path: string) =>
    (await app.inject({ url: `/v1/experiments/${record.id}/approaches/${path}` })).json()
  expect(await read('type-1')).toMatchObject({
    id: 'type-1',
    state: 'succeeded',
    map: 0.25,
    trials: [trial],
    jobName: 'assay-t',
  })
  expect(await read('type-1/metrics')).toEqual({ approachId: 'type-1', trial: 'assay-t', curves: train.output?.curves })
  expect(await read('type-1/predictions')).toHaveLength(1)
  expect(await read('type-1/logs?limit=3')).toEqual({
    items: [{ at: at(12), message: 'assay-t 3 start' }],
    nextCursor: 'more',
  })
  expect(await read('type-1/logs?cursor=more&job=assay-aaaaaaaaaaaaq-00-01')).toEqual({
    items: [{ at: at(12), message: 'assay-aaaaaaaaaaaaq-00-01 200 more' }],
    nextCursor: null,
  })
  expect(await read('type-1/logs?job=assay-somebody-elses')).toMatchObject({ status: 404 })
  expect(await read('type-2')).toMatchObject({ trials: [] })
  expect(await read('type-2/metrics')).toEqual({ approachId: 'type-2', trial: null, curves: [] })
  expect(await read('type-2/predictions')).toMatchObject({ status: 409, state: 'pending' })
})
