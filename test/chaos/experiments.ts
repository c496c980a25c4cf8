import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { addFolder, type AssayClient, checkedDataset, createClient } from '@assay/client'
import { createCloudClients } from '@assay/cloud'
import type { ExperimentSpecInput, Report } from '@assay/contracts'
import { makeSteelDefects, type Stack } from '@assay/dev'
import { createBulkStore, createLedger } from '@assay/ledger'
import { type ExperimentRecord, foldExperiment } from '@assay/pipeline'
import { patiently } from './patiently.ts'

/** One trained and one tuned approach over two data layouts, so that every stage and every kind of resource occurs; two shards each. */
export const chaosSpec = (dataset: string): ExperimentSpecInput => ({
  name: 'chaos',
  dataset,
  // Both runs of a comparison must train.
  reuse: 'never',
  split: { train: 0.2, validation: 0.15, test: 0.65 },
  inference: { shardImages: 10 },
  approaches: [
    { id: 'plain', recipe: 'sagemaker-object-detection', hyperparameters: { epochs: 3 } },
    {
      id: 'tuned',
      recipe: 'pytorch-script',
      hyperparameters: { epochs: 2 },
      tuning: {
        strategy: 'random',
        maxTrials: 2,
        maxParallel: 2,
        ranges: { 'learning-rate': { type: 'continuous', min: 0.001, max: 0.1 } },
      },
    },
  ],
})

/** Submits and observes experiments: what happened is read from the ledger, not from the processes under test. */
export const createExperiments = async (stack: Stack) => {
  const apis = stack.apiUrls.map((url) => createClient({ url }))
  let asked = 0
  /** A client of the API's processes in turn. */
  const api = (): AssayClient => {
    const client = apis[asked++ % apis.length]
    if (!client) throw new Error('the stack has no API')
    return client
  }
  const clients = createCloudClients({ region: 'us-east-1', cloudUrl: stack.cloudUrl })
  const { s3 } = clients
  const openLedger = () => createLedger({ s3, bucket: stack.bucket, environment: 'local' })
  const ledger = await openLedger()
  const bulk = createBulkStore({ s3, bucket: stack.bucket })

  const folder = join(stack.runFolder, 'images')
  await makeSteelDefects({ folder, images: 31, seed: 7, sizePx: 64 })

  const record = (id: string): Promise<ExperimentRecord | undefined> =>
    patiently(async () => foldExperiment(await ledger.documents(id)))

  /** Looks at the record again until it is so; undefined where that takes too long. */
  const until = async (
    id: string,
    isSo: (experiment: ExperimentRecord) => boolean,
    withinMs: number,
  ): Promise<ExperimentRecord | undefined> => {
    for (const endMs = performance.now() + withinMs; performance.now() < endMs; await sleep(40)) {
      const experiment = await record(id)
      if (experiment && isSo(experiment)) return experiment
    }
    return undefined
  }

  return {
    clients,
    api,
    record,
    /** Reads every document again: the other looks keep what they have seen, for documents never change. */
    readAgain: (id: string) => patiently(async () => foldExperiment(await (await openLedger()).documents(id))),
    until,
    /** Channels prepared for the same images earlier are gone then; else nothing would be left to prepare. */
    forgetChannels: () =>
      patiently(async () => {
        const pages = paginateListObjectsV2({ client: s3 }, { Bucket: stack.bucket, Prefix: 'prepared/' })
        for await (const { Contents = [] } of pages)
          for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket: stack.bucket, Key }))
      }),
    addDataset: async (): Promise<string> => {
      const { id } = await patiently(() => addFolder(api(), folder, { name: 'chaos' }))
      const { state, check } = await patiently(() => checkedDataset(api(), id))
      if (state !== 'ready') throw new Error(JSON.stringify(check?.faults))
      return id
    },
    /** Asks until it is accepted, always with the same key; asks once more then, which must answer the same id. `prepare` is called before the first. */
    submit: async (
      dataset: string,
      change: Partial<ExperimentSpecInput> = {},
      prepare: (id: string) => Promise<unknown> = async () => {},
    ): Promise<{ id: string; again: string }> => {
      const key = randomUUID()
      const body = { ...chaosSpec(dataset), ...change }
      await prepare(ledger.experimentIdOf(key))
      const id = await patiently(() => api().submit(body, key))
      return { id, again: await patiently(() => api().submit(body, key)) }
    },
    report: async ({ report }: ExperimentRecord): Promise<Report | undefined> => {
      const json = report?.output?.json
      return json && ((await patiently(() => bulk.getJson(json))) as Report)
    },
  }
}
export type Experiments = Awaited<ReturnType<typeof createExperiments>>
