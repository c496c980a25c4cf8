import { tmpdir } from 'node:os'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { startLocalCloud } from '@assay/local-cloud'
import { priceTable } from '@assay/pricing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccountClients } from './account-clients.ts'
import { createPriceList } from './price-list.ts'
import { readQuotas } from './quotas.ts'

let cloud: Awaited<ReturnType<typeof startLocalCloud>>
let clients: ReturnType<typeof createAccountClients>
const region = 'us-east-1'

beforeAll(async () => {
  cloud = await startLocalCloud({ dataDir: await mkdtemp(join(tmpdir(), 'assay-account-')), control: true })
  clients = createAccountClients({ region, cloudUrl: cloud.url })
}, 60_000)
afterAll(async () => {
  clients.destroy()
  await cloud.close()
})

const control = (path: string, body: object) =>
  fetch(`${cloud.url}/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const wanted = [
  { instanceType: 'ml.g5.xlarge', use: 'training' as const },
  { instanceType: 'ml.m5.xlarge', use: 'hosting' as const },
]

test('prices come from the price list with its date, each said to', async () => {
  await control('lifecycle', { prices: { 'ml.g5.xlarge': 9.5 } })
  const { rates, fallBack } = await createPriceList({ pricing: clients.pricing, region }).read(wanted)
  expect(fallBack).toBeUndefined()
  expect(rates).toMatchObject([
    { instanceType: 'ml.g5.xlarge', use: 'training', microUsdPerHour: 9_500_000, date: priceTable.date },
    { instanceType: 'ml.m5.xlarge', use: 'hosting', microUsdPerHour: 230_000 },
  ])
  expect(rates[0]?.source).toMatch(/^AWS Price List API/)
})

test('an answer is used again until it is old', async () => {
  let nowMs = 0
  const list = createPriceList({ pricing: clients.pricing, region, now: () => new Date(nowMs), keepMs: 1000 })
  const priceOf = async () => (await list.read(wanted)).rates[0]?.microUsdPerHour
  await control('lifecycle', { prices: { 'ml.g5.xlarge': 1 } })
  expect(await priceOf()).toBe(1_000_000)
  await control('lifecycle', { prices: { 'ml.g5.xlarge': 2 } })
  expect(await priceOf()).toBe(1_000_000)
  nowMs = 1001
  expect(await priceOf()).toBe(2_000_000)
  await control('lifecycle', { prices: {} })
})

test('the dated table stands in for what the list lacks and says why; what neither knows is missing', async () => {
  const elsewhere = await createPriceList({ pricing: clients.pricing, region: 'eu-west-1' }).read(wanted)
  expect(elsewhere.rates).toEqual([])
  expect(elsewhere.fallBack).toContain('no price of ml.g5.xlarge (training), ml.m5.xlarge (hosting)')
})

test('while the list cannot be asked the table is used, and nothing of the failure is kept', async () => {
  const list = createPriceList({ pricing: clients.pricing, region })
  await control('faults', {
    service: 'pricing',
    count: 2,
    effect: { error: { code: 'AccessDeniedException', status: 400, message: 'not allowed' } },
  })
  const { rates, fallBack } = await list.read(wanted)
  expect(rates.map(({ microUsdPerHour }) => microUsdPerHour)).toEqual([1_408_000, 230_000])
  expect(rates[0]?.source).toBe(priceTable.source)
  expect(fallBack).toContain('AccessDeniedException: not allowed')
  expect((await list.read(wanted)).fallBack).toBeUndefined()
})

test('quotas are read by their names, and a refusal becomes a reason with what to allow', async () => {
  await control('lifecycle', { quotas: { 'ml.g5.xlarge for training job usage': 3 } })
  expect(await readQuotas(clients.quotas)).toEqual({ limits: new Map([['ml.g5.xlarge for training job usage', 3]]) })
  await control('faults', {
    service: 'service-quotas',
    count: 1,
    effect: { error: { code: 'AccessDeniedException', status: 400, message: 'not allowed' } },
  })
  expect(await readQuotas(clients.quotas)).toMatchObject({
    unreadable: expect.stringContaining('allow servicequotas:ListServiceQuotas') as string,
  })
})
