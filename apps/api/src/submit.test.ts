import type { DatasetManifest, Plan } from '@assay/contracts'
import { expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { createFakeContext } from './fakes/context.ts'
import { aCheck, aDataset, idOf } from './fakes/records.ts'

const setUp = () => {
  const fake = createFakeContext()
  fake.addDataset()
  const app = createApp(fake.context)
  const submit = (body: object, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/v1/experiments', payload: body, headers })
  const plan = (change: object, headers: Record<string, string> = {}, query = '') =>
    app.inject({
      method: 'POST',
      url: `/v1/experiments?validateOnly=true${query}`,
      payload: { ...body, ...change },
      headers,
    })
  return { ...fake, app, submit, plan }
}

const body = {
  name: 'steel defects',
  dataset: `ds-${idOf(1)}`,
  approaches: [
    { id: 'ssd', recipe: 'sagemaker-object-detection' },
    { id: 'ddn', recipe: 'pytorch-script' },
  ],
}

test('a submission answers 202 with its place and nudges the experiment on', async () => {
  const { submit, nudges, experiments } = setUp()
  const answer = await submit(body)
  expect(answer.statusCode).toBe(202)
  const [id] = [...experiments.keys()]
  expect(answer.headers.location).toBe(`/v1/experiments/${id}`)
  expect(answer.json()).toMatchObject({ id, state: 'running', links: { events: `/v1/experiments/${id}/events` } })
  expect(nudges).toEqual([`advance ${id}`])
})

test('a lost nudge does not change the answer', async () => {
  const { submit, context } = setUp()
  context.advance = async () => {
    throw new Error('Connection is closed.')
  }
  expect((await submit(body)).statusCode).toBe(202)
})

test('the same key and body answer the first id and say so; another body is refused', async () => {
  const { submit, experiments } = setUp()
  const first = await submit(body, { 'idempotency-key': 'k' })
  const again = await submit(body, { 'idempotency-key': 'k' })
  expect(first.headers['idempotency-replayed']).toBeUndefined()
  expect(again.statusCode).toBe(202)
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.json()).toEqual(first.json())
  const other = await submit({ ...body, name: 'other' }, { 'idempotency-key': 'k' })
  expect(other.statusCode).toBe(422)
  expect(other.json()).toMatchObject({ type: '/problems/idempotency-mismatch' })
  expect(experiments.size).toBe(1)
})

test('a key of more than 255 characters is refused', async () => {
  const { submit, experiments } = setUp()
  expect((await submit(body, { 'idempotency-key': 'k'.repeat(256) })).statusCode).toBe(400)
  expect(experiments.size).toBe(0)
})

test.each([
  ['shares that do not sum to 1', { split: { train: 0.5, validation: 0.2, test: 0.2 } }, '/split'],
  ['an unknown field', { surprise: 1 }, '/surprise'],
  ['an unknown field deep inside', { approaches: [{ ...body.approaches[0], lr: 1 }] }, '/approaches/0/lr'],
  ['an unknown recipe', { approaches: [{ id: 'a', recipe: 'yolo' }] }, '/approaches/0/recipe'],
  ['a number as text', { deadlineHours: '4' }, '/deadlineHours'],
  ['no approaches', { approaches: [] }, '/approaches'],
  ['two approaches of one id', { approaches: [body.approaches[0], body.approaches[0]] }, '/approaches/1/id'],
  [
    'a reserved hyperparameter',
    { approaches: [{ ...body.approaches[0], hyperparameters: { sagemaker_program: 'x' } }] },
    '/approaches/0/hyperparameters/sagemaker_program',
  ],
  [
    'a hyperparameter that the recipe does not know',
    { approaches: [body.approaches[0], { ...body.approaches[1], hyperparameters: { unheard_of: 1 } }] },
    '/approaches/1/hyperparameters/unheard_of',
  ],
  [
    'a range that is upside down',
    {
      approaches: [
        {
          ...body.approaches[0],
          tuning: { maxTrials: 2, maxParallel: 1, ranges: { lr: { type: 'continuous', min: 2, max: 1 } } },
        },
      ],
    },
    '/approaches/0/tuning/ranges/lr/max',
  ],
  ['an unknown data set', { dataset: `ds-${idOf(9)}` }, '/dataset'],
  ['a control character in the name', { name: 'a\u0007b' }, '/name'],
])('%s is refused by pointer and nothing is written', async (_name, change, pointer) => {
  const { submit, experiments, nudges } = setUp()
  const answer = await submit({ ...body, ...change })
  expect(answer.statusCode).toBe(422)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const { errors } = answer.json<{ errors: { pointer: string }[] }>()
  expect(errors.map((error) => error.pointer)).toContain(pointer)
  expect(experiments.size + nudges.length).toBe(0)
})

test.each([
  ['checking', undefined],
  ['rejected', aCheck({ status: 'rejected' })],
])('a data set that is %s gives 409 with its state', async (state, check) => {
  const { submit, datasets } = setUp()
  const record = aDataset()
  datasets.set(record.id, { record, complete: true, ...(check ? { check } : {}) })
  const answer = await submit(body)
  expect(answer.statusCode).toBe(409)
  expect(answer.json()).toMatchObject({ type: '/problems/dataset-not-ready', state })
})

test.each([{ redis: false }, { ledger: false }])(
  'with %o nothing is accepted and the client is told when to return',
  async (away) => {
    const { submit, health, experiments } = setUp()
    Object.assign(health, away)
    const answer = await submit(body)
    expect(answer.statusCode).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(experiments.size).toBe(0)
  },
)

test('a budget below the worst case is refused at its place, as a problem of its own, by plan and submission alike', async () => {
  const { submit, plan, experiments } = setUp()
  for (const answer of [await submit({ ...body, budget: { maxUsd: 0.5 } }), await plan({ budget: { maxUsd: 0.5 } })]) {
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({
      type: '/problems/budget-exceeded',
      errors: [{ pointer: '/budget/maxUsd', detail: '$0.5 met, the worst case is $1.00' }],
    })
  }
  expect(experiments.size).toBe(0)
  expect((await submit({ ...body, budget: { maxUsd: 5 } })).statusCode).toBe(202)
})

/** 60 images in films of so many frames, the data set of the submission. */
const withFilms = (frames: number) => {
  const set = setUp()
  const record = aDataset()
  const manifest: DatasetManifest = {
    schemaVersion: 1,
    layout: 'coco',
    bucket: 'assay',
    categories: [{ id: 1, name: 'scratch' }],
    images: Array.from({ length: 60 }, (_, index) => ({
      id: index + 1,
      file: `film${Math.floor(index / frames)}/${index}.jpg`,
      key: `uploads/${index}.jpg`,
      sha256: index.toString(16).padStart(64, '0'),
      bytes: 100,
      widthPx: 64,
      heightPx: 48,
      format: 'jpeg' as const,
      objects: [{ categoryId: 1, box: [1, 1, 9, 9] as [number, number, number, number] }],
    })),
  }
  const stored = { key: 'data/manifest', sha256: '0'.repeat(64), bytes: 1 }
  set.objects.set(stored.key, new TextEncoder().encode(JSON.stringify(manifest)))
  set.datasets.set(record.id, { record, complete: true, check: aCheck({ images: 60, manifest: stored }) })
  return set
}

test.each([
  ['a pattern that is none', { groupBy: { file: '(film' } }, '/split/groupBy/file', 'missing closing )'],
  ['a pattern with a back reference', { groupBy: { file: '(f)\\1' } }, '/split/groupBy/file', 'an RE2 pattern needed'],
  ['a pattern that captures nothing', { groupBy: { file: 'film' } }, '/split/groupBy/file', 'captures nothing'],
  ['a pattern that fits no path', { groupBy: { file: '^(x\\d+)$' } }, '/split/groupBy/file', 'fits none of 60 paths'],
  ['a field that no image has', { groupBy: { field: 'film' } }, '/split/groupBy/field', 'no image has a field film'],
  ['films of a third of all', { groupBy: { file: '^(film\\d+)/' } }, '/split/groupBy', 'the largest set has 20 images'],
  ['both at once', { groupBy: { file: '(a)', field: 'b' } }, '/split/groupBy', ''],
  ['a share of less than an image', { train: 0.98, validation: 0.01, test: 0.01 }, '/split/test', '1 needed'],
])('%s is refused at its place in the split', async (_name, split, pointer, detail) => {
  const { submit, experiments } = withFilms(20)
  const answer = await submit({ ...body, split })
  expect(answer.statusCode).toBe(422)
  const { errors } = answer.json<{ errors: { pointer: string; detail: string }[] }>()
  expect(errors.map((error) => error.pointer).join(' ')).toContain(pointer)
  expect(errors.map((error) => error.detail).join(' ')).toContain(detail)
  expect(experiments.size).toBe(0)
})

test('films that fit the shares are accepted', async () => {
  const { submit } = withFilms(3)
  const split = { groupBy: { file: '^(film\\d+)/' }, nearDuplicates: 'together' }
  expect((await submit({ ...body, split })).statusCode).toBe(202)
})

test('with validateOnly the plan is answered and nothing is written or nudged', async () => {
  const { plan, experiments, nudges } = setUp()
  const answer = await plan({})
  expect(answer.statusCode).toBe(200)
  const { approaches, experimentId } = answer.json<Plan>()
  expect(experimentId).toBeNull()
  expect(approaches.map(({ id, requests }) => [id, requests])).toEqual([
    ['ssd', undefined],
    ['ddn', undefined],
  ])
  const full = await plan({}, { 'idempotency-key': 'k' }, '&bodies=true')
  expect(full.json<Plan>()).toMatchObject({ experimentId: idOf(1), approaches: [{ requests: [{}] }, {}] })
  expect(experiments.size + nudges.length).toBe(0)
})

test('a plan works while Redis is away, since it enqueues nothing', async () => {
  const { plan, health } = setUp()
  health.redis = false
  expect((await plan({})).statusCode).toBe(200)
})

test.each([
  ['an unknown data set', { dataset: `ds-${idOf(9)}` }, 422],
  ['an unknown field', { surprise: 1 }, 422],
])('a plan of %s is refused as its submission would be', async (_name, change, status) => {
  expect((await setUp().plan(change)).statusCode).toBe(status)
})

test('a query that the operation does not know is refused', async () => {
  const { plan } = setUp()
  expect((await plan({}, {}, '&validateonly=1')).statusCode).toBe(400)
})
