import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FakeApi, startFakeApi } from '../testing/start-fake-api.ts'

const id = 'aaaaaaaaaaaaa'
const extended = 'bbbbbbbbbbbbb'
const range = { type: 'continuous', min: 0.001, max: 0.01, scale: 'auto' }
const tuning = { strategy: 'random', maxTrials: 8, maxParallel: 4, ranges: { learning_rate: range } }
const view = {
  id,
  name: 'steel',
  state: 'running',
  environment: 'local',
  datasetId: 'ds-aaaaaaaaaaaaa',
  createdAt: '2026-01-01T00:00:00.000Z',
  stages: [],
  approaches: [],
  spec: {
    name: 'steel',
    dataset: 'ds-aaaaaaaaaaaaa',
    seed: 100,
    approaches: [
      { id: 'tuned', recipe: 'sagemaker-object-detection', tuning },
      { id: 'fixed', recipe: 'sagemaker-object-detection' },
    ],
  },
  links: { self: '', events: '', report: '', page: '' },
}
const detail = {
  id: 'tuned',
  title: 'tuned',
  recipe: 'sagemaker-object-detection',
  attempt: 1,
  state: 'running',
  stages: [],
  experimentId: id,
  trials: [],
  liveTrials: [],
  links: { self: '', metrics: '', predictions: '', logs: '' },
}
const experimentTable = (shownId: string) =>
  `id             name   state    created                   approaches  best mAP\n${shownId}  steel  running  2026-01-01T00:00:00.000Z  0\n`

let api: FakeApi
beforeEach(async () => {
  api = await startFakeApi()
  api.answers[`GET /v1/experiments/${id}`] = [200, view]
})
afterEach(() => api.close())

const answerTrials = (more: object) => {
  api.answers[`GET /v1/experiments/${id}/approaches/tuned`] = [200, { ...detail, ...more }]
}

test('trials that run are a table with the best so far', async () => {
  answerTrials({
    liveTrials: [
      { name: 't-1', status: 'Completed', hyperparameters: { learning_rate: '0.002' }, objective: 0.41239, best: true },
      { name: 't-2', status: 'InProgress', hyperparameters: { learning_rate: '0.01', optimizer: 'sgd' }, best: false },
    ],
  })
  expect((await api.assay(['trials', id, 'tuned'])).out).toBe(
    [
      'trial  status      objective        hyperparameters',
      't-1    Completed   0.4124     best  learning_rate=0.002',
      't-2    InProgress                   learning_rate=0.01 optimizer=sgd',
      '',
    ].join('\n'),
  )
  expect((await api.assay(['trials', id, 'tuned', '-q'])).out).toBe('t-1\nt-2\n')
})

test('trials that have ended name their metric and the one that is used, an earlier one too', async () => {
  const ended = { status: 'Completed', instanceType: 'ml.g5.xlarge', instanceCount: 1, hyperparameters: {} }
  answerTrials({
    trials: [{ ...ended, name: 't-1', objective: 0.25 }],
    inherited: { ...ended, name: 'earlier', objective: 0.5 },
    best: 'earlier',
    objective: { metric: 'validation:mAP', direction: 'maximize', value: 0.5 },
  })
  expect((await api.assay(['trials', id, 'tuned'])).out).toBe(
    [
      'trial    status     validation:mAP        hyperparameters',
      't-1      Completed  0.2500',
      'earlier  Completed  0.5000          best',
      '',
    ].join('\n'),
  )
  const json = JSON.parse((await api.assay(['trials', id, 'tuned', '-o', 'json'])).out) as unknown
  expect(json).toMatchObject([
    { id: 't-1', best: false },
    { id: 'earlier', best: true },
  ])
})

test('stop-tuning stops that approach alone, and what cannot be stopped is said', async () => {
  const path = `POST /v1/experiments/${id}/approaches/tuned/stop-tuning`
  api.answers[path] = [202, { attempt: 1 }]
  const { code, out } = await api.assay(['stop-tuning', id, 'tuned'])
  expect({ code, out }).toEqual({ code: 0, out: experimentTable(id) })
  expect(api.seen[0]?.request).toBe(path)
  const title = 'The approach is not being tuned'
  api.answers[path] = [409, { type: '/problems/not-tuning', title, status: 409, detail: 'tuned has ended its tuning' }]
  const refused = await api.assay(['stop-tuning', id, 'tuned'])
  expect(refused).toMatchObject({ out: '', notes: expect.stringContaining('tuned has ended its tuning') })
  expect(refused.code).not.toBe(0)
})

test('extend submits so many more trials that start warm from those that there are', async () => {
  api.answers['POST /v1/experiments'] = [202, { id: extended, state: 'running', links: view.links }]
  api.answers[`GET /v1/experiments/${extended}`] = [200, { ...view, id: extended }]
  const { code, out, notes } = await api.assay(['extend', id, 'tuned', '--trials', '3'])
  expect({ code, out }).toEqual({ code: 0, out: experimentTable(extended) })
  expect(notes).toBe(`${api.url}/experiments/${extended}`)
  const sent = api.seen.find(({ request }) => request === 'POST /v1/experiments')
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({
    name: 'steel, 3 more trials of tuned',
    approaches: [
      {
        id: 'tuned',
        tuning: {
          maxTrials: 3,
          maxParallel: 3,
          seed: 101,
          warmStart: { from: [`${id}/tuned`], mode: 'identical-data-and-algorithm' },
        },
      },
    ],
  })
})

test.each([
  [['extend', id, 'tuned', '--trials', '0'], 2, '--trials 0 met; a whole number from 1 to 500 needed'],
  [['extend', id, 'tuned', '--trials', '501'], 2, '--trials 501 met; a whole number from 1 to 500 needed'],
  [['extend', id, 'tuned'], 2, 'Missing required argument: --trials'],
  [['extend', id, 'fixed', '--trials', '3'], 1, 'approach fixed was not tuned; only a tuning can be extended'],
  [['extend', id, 'nobody', '--trials', '3'], 1, `experiment ${id} has no approach nobody`],
])('assay %j submits nothing and says why', async (args, code, why) => {
  const answer = await api.assay(args)
  expect({ code: answer.code, out: answer.out }).toEqual({ code, out: '' })
  expect(answer.notes).toContain(why)
  expect(api.seen.some(({ request }) => request.startsWith('POST'))).toBe(false)
})

const presets = {
  items: [
    {
      id: 'quick',
      title: 'A first look',
      description: '',
      spec: { budget: { maxUsd: 10 }, approaches: [{ id: 'x' }] },
    },
  ],
  nextCursor: null,
}

test('a preset is submitted without a file, under its title, for the data set that is named', async () => {
  api.answers['GET /v1/presets'] = [200, presets]
  api.answers['POST /v1/experiments'] = [202, { id, state: 'running', links: view.links }]
  const { code, out } = await api.assay(['submit', '--preset', 'quick', '--dataset', 'ds-aaaaaaaaaaaaa'])
  expect({ code, out }).toEqual({ code: 0, out: experimentTable(id) })
  expect(JSON.parse(api.seen.find(({ body }) => body !== '')?.body ?? '')).toEqual({
    name: 'A first look',
    dataset: 'ds-aaaaaaaaaaaaa',
    budget: { maxUsd: 10 },
    approaches: [{ id: 'x' }],
  })
})

test('a preset that is not there is named with those that are', async () => {
  api.answers['GET /v1/presets'] = [200, presets]
  const { code, out, notes } = await api.assay(['submit', '--preset', 'quik'])
  expect({ code, out, notes }).toEqual({ code: 2, out: '', notes: 'there is no preset "quik"; there are quick' })
})
