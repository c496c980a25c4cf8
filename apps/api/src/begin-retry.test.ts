import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { createCloudClients } from '@assay/cloud'
import { experimentSpecSchema } from '@assay/contracts'
import { createLedger, type Ledger } from '@assay/ledger'
import { startLocalCloud } from '@assay/local-cloud'
import { type ExperimentRecord, foldExperiment } from '@assay/pipeline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginRetry } from './begin-retry.ts'
import { aCheck } from './fakes/records.ts'

let ledger: Ledger
let stop: () => Promise<void>

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'assay-retry-'))
  const cloud = await startLocalCloud({ dataDir, jumpStart: false })
  const { s3, destroy } = createCloudClients({ region: 'us-east-1', cloudUrl: cloud.url })
  await s3.send(new CreateBucketCommand({ Bucket: 'assay' }))
  ledger = await createLedger({ s3, bucket: 'assay', environment: 'local' })
  stop = async () => {
    destroy()
    await cloud.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}, 30_000)
afterAll(() => stop())

const loadExperiment = async (id: string) => foldExperiment(await ledger.documents(id))

const accepted = async (): Promise<ExperimentRecord> => {
  const { id: dataset } = await ledger.registerDataset({ name: 'd', upload: true })
  await ledger.recordDatasetCheck(dataset, aCheck())
  const approaches = ['one', 'two'].map((id) => ({ id, recipe: 'pytorch-script' }))
  const { id } = await ledger.acceptExperiment({ spec: experimentSpecSchema.parse({ name: 'x', dataset, approaches }) })
  const record = await loadExperiment(id)
  if (!record) throw new Error('the experiment has no documents')
  return record
}

const attempts = async (id: string) => {
  const record = await loadExperiment(id)
  return record?.approaches.map((approach) => [approach.id, approach.attempt, approach.beganAt !== undefined])
}

/** Lets everybody through once so many have come. */
const aGate = (count: number) => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  let come = 0
  return async () => {
    if (++come >= count) open()
    await opened
  }
}

test('of two retries at once the second is admitted on what the first began, or refused', async () => {
  const record = await accepted()
  const bothCame = aGate(2)
  const admittedOn: number[] = []
  const admit = async ({ retries, approaches }: ExperimentRecord) => {
    await bothCame()
    admittedOn.push(retries)
    if (approaches.some(({ attempt }) => attempt > 1)) throw new Error('the budget holds one more attempt')
  }
  const answers = await Promise.allSettled(
    ['one', 'two'].map((approachId) => beginRetry({ ledger, loadExperiment }, record, approachId, admit)),
  )
  expect(admittedOn).toEqual([0, 0, 1])
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const begun = (await attempts(record.id))?.filter(([, attempt]) => attempt === 2)
  expect(begun).toHaveLength(1)
})

test('two retries at once that both fit both begin', async () => {
  const record = await accepted()
  const bothCame = aGate(2)
  const answers = ['one', 'two'].map((approachId) =>
    beginRetry({ ledger, loadExperiment }, record, approachId, bothCame),
  )
  expect(await Promise.all(answers)).toEqual([2, 2])
  expect(await attempts(record.id)).toEqual([
    ['one', 2, true],
    ['two', 2, true],
  ])
})

test('the same retry twice at once begins one attempt', async () => {
  const record = await accepted()
  const bothCame = aGate(2)
  const answers = [1, 2].map(() => beginRetry({ ledger, loadExperiment }, record, 'one', bothCame))
  expect(await Promise.all(answers)).toEqual([2, 2])
  expect(await attempts(record.id)).toEqual([
    ['one', 2, true],
    ['two', 1, false],
  ])
  expect((await loadExperiment(record.id))?.retries).toBe(1)
})

test('what is refused writes nothing', async () => {
  const record = await accepted()
  const admit = async () => {
    throw new Error('no')
  }
  await expect(beginRetry({ ledger, loadExperiment }, record, 'one', admit)).rejects.toThrow('no')
  expect([...(await ledger.documents(record.id)).keys()]).toEqual(['spec.json'])
})
