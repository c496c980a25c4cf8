import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FakeApi, startFakeApi } from './testing/start-fake-api.ts'

const id = 'aaaaaaaaaaaaa'
const view = {
  id,
  name: 'a\u001b[31mred',
  state: 'succeeded',
  environment: 'local',
  datasetId: 'ds-aaaaaaaaaaaaa',
  createdAt: '2026-01-01T00:00:00.000Z',
  stages: [],
  approaches: [],
  spec: { name: 'a', dataset: 'ds-aaaaaaaaaaaaa', approaches: [{ id: 'x', recipe: 'pytorch-script' }] },
  links: { self: '', events: '', report: '', page: '' },
}

let api: FakeApi
let answers: FakeApi['answers']
let seen: FakeApi['seen']
let folder: string

beforeEach(async () => {
  api = await startFakeApi()
  ;({ answers, seen } = api)
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'))
})
afterEach(async () => {
  await api.close()
  await rm(folder, { recursive: true })
})

const assay = (args: string[], env?: Record<string, string>) => api.assay(args, env)

describe('a list', () => {
  beforeEach(() => {
    answers['GET /v1/experiments'] = [200, { items: [view], nextCursor: null }]
  })

  test('is a table without control characters, or JSON, or ids', async () => {
    const table = await assay(['list'])
    expect(table.out).toContain(`${id}  a[31mred`)
    expect(table.out).not.toContain('\u001b')
    expect(JSON.parse((await assay(['list', '-o', 'json'])).out)).toMatchObject([{ id }])
    expect((await assay(['list', '--quiet'])).out).toBe(`${id}\n`)
  })

  test('is asked for with the key of the environment', async () => {
    await assay(['list'], { ASSAY_API_KEY: 'secret' })
    expect(seen[0]?.authorization).toBe('Bearer secret')
  })
})

test('a submitted file reaches the API as JSON, and its result is the id alone when quiet', async () => {
  answers['POST /v1/experiments'] = [202, { id, state: 'running', links: view.links }]
  answers[`GET /v1/experiments/${id}`] = [200, view]
  const file = join(folder, 'experiment.yaml')
  await writeFile(file, 'name: a\napproaches:\n  - id: x\n    recipe: pytorch-script\n')
  const { code, out } = await assay(['submit', '-f', file, '--dataset', 'ds-aaaaaaaaaaaaa', '-q'])
  expect({ code, out }).toEqual({ code: 0, out: `${id}\n` })
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    name: 'a',
    dataset: 'ds-aaaaaaaaaaaaa',
    approaches: [{ id: 'x', recipe: 'pytorch-script' }],
  })
})

test('watching an experiment that failed ends with 1 and says why', async () => {
  answers[`GET /v1/experiments/${id}`] = [
    200,
    { ...view, state: 'failed', reason: { code: 'no_capacity', message: 'no instance was free' } },
  ]
  const { code, notes } = await assay(['watch', id])
  expect(code).toBe(1)
  expect(notes).toContain('ended as failed: no instance was free')
})

test('a refusal is printed with its pointers and ends with 2', async () => {
  const problem = {
    type: 'about:blank',
    title: 'the body is not valid',
    status: 422,
    errors: [{ pointer: '/split', detail: 'shares sum to 0.9, 1 needed' }],
  }
  answers['POST /v1/experiments'] = [422, problem]
  const file = join(folder, 'experiment.json')
  await writeFile(file, '{"name":"a","dataset":"ds-a"}')
  const { code, out, notes } = await assay(['submit', '-f', file])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(notes).toBe('the body is not valid\n  /split: shares sum to 0.9, 1 needed')
})

test('a plan over the budget ends with 4 and says what to lower', async () => {
  const problem = {
    type: '/problems/budget-exceeded',
    title: 'The worst case is above the budget',
    status: 422,
    errors: [{ pointer: '/budget/maxUsd', detail: '$1.00 met, the worst case is $9.00; lower deadlineHours to 4' }],
  }
  answers['POST /v1/experiments'] = [422, problem]
  const file = join(folder, 'experiment.json')
  await writeFile(file, '{"name":"a","dataset":"ds-a"}')
  const { code, out, notes } = await assay(['plan', '-f', file])
  expect({ code, out }).toEqual({ code: 4, out: '' })
  expect(notes).toContain('/budget/maxUsd: $1.00 met, the worst case is $9.00; lower deadlineHours to 4')
})

test('an experiment without a data set is refused with those that there are', async () => {
  const spec = { approaches: view.spec.approaches }
  answers['GET /v1/presets'] = [
    200,
    { items: [{ id: 'quick', title: 'A look', description: 'd', spec }], nextCursor: null },
  ]
  answers['GET /v1/datasets'] = [200, { items: [], nextCursor: null }]
  const none = await assay(['plan', '--preset', 'quick'])
  expect(none).toMatchObject({ code: 2, out: '' })
  expect(none.notes).toBe(
    'no data set met; --dataset ID, or "dataset" in the file, is needed. There is none yet: "assay datasets add FOLDER" uploads one',
  )
  const dataset = {
    id: view.datasetId,
    name: 'steel',
    state: 'ready',
    location: 's3://bucket/d/',
    createdAt: view.createdAt,
  }
  answers['GET /v1/datasets'] = [200, { items: [dataset], nextCursor: null }]
  const some = await assay(['submit', '--preset', 'quick'])
  expect(some.code).toBe(2)
  expect(some.notes).toContain(`The newest:\n  ${view.datasetId}  steel (ready)`)
  expect(seen.map(({ request }) => request)).not.toContain('POST /v1/experiments')
})

test('a missing key ends with 3', async () => {
  answers['GET /v1/experiments'] = [401, { type: 'about:blank', title: 'a key is needed', status: 401 }]
  expect(await assay(['list'])).toMatchObject({ code: 3, notes: 'a key is needed' })
})

test('an API that is not there is named, and ends with 1', async () => {
  const { code, notes } = await assay(['list'], { ASSAY_URL: 'http://127.0.0.1:1' })
  expect({ code, notes }).toEqual({ code: 1, notes: 'http://127.0.0.1:1 cannot be reached' })
})

test.each([
  { args: ['nonsense'], why: /Unknown command nonsense/ },
  { args: ['list', '--colour'], why: /no option --colour/ },
  { args: ['list', 'one'], why: /"one" is one argument too many/ },
  { args: ['watch'], why: /Missing required positional argument: ID/ },
  { args: ['submit'], why: /neither --file nor --preset met; one of them needed/ },
  { args: ['list', '-o', 'xml'], why: /Expected one of: table, json/ },
  { args: [], why: /USAGE/ },
  { args: ['submit', '-f', '/nowhere.yaml'], why: /nowhere.yaml: ENOENT/ },
])('"assay $args" ends with 2 and says what is wrong', async ({ args, why }) => {
  const { code, out, notes } = await assay(args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(notes).toMatch(why)
})

test('help is a result', async () => {
  const { code, out } = await assay(['submit', '--help'])
  expect(code).toBe(0)
  expect(out).toContain('--file')
})

test('gc prints what would be removed and why, and fails where something cannot be', async () => {
  const orphan = {
    id: 'endpoint/assay-x',
    kind: 'endpoint',
    name: 'assay-x',
    status: 'InService',
    createdAt: '2026-01-01T00:00:00.000Z',
    reason: 'its attempt was torn down',
  }
  const looked = { orphans: 1, living: 2, young: 0, foreign: 3 }
  answers['POST /v1/cleanup'] = [200, { dryRun: true, looked, orphans: [{ ...orphan, outcome: 'found' }] }]
  const dry = await assay(['gc', '--dry-run'])
  expect(seen[0]?.body).toBe('{"dryRun":true}')
  expect(dry.code).toBe(0)
  expect(dry.out).toMatch(/endpoint +assay-x +InService .* its attempt was torn down +found/)
  expect(dry.notes).toContain('1 orphans; left alone: 2 of living attempts, 0 too young to judge, 3 of others')

  const denied = { ...orphan, outcome: 'denied', detail: 'not authorized' }
  answers['POST /v1/cleanup'] = [200, { dryRun: false, looked, orphans: [denied] }]
  const wet = await assay(['gc'])
  expect(seen[1]?.body).toBe('{"dryRun":false}')
  expect(wet.out).toContain('denied: not authorized')
  expect(wet.code).not.toBe(0)
})
