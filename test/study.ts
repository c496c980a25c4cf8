import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { addFolder, checkedDataset, createClient } from '@assay/client'
import { createCloudClients } from '@assay/cloud'
import type { ExperimentSpecInput, ExperimentView, Report } from '@assay/contracts'
import { makeShapesCoco } from '@assay/dev'
import type { Stack } from '@assay/dev'
import { makeSteelDefects } from '@assay/dev'

type Approach = ExperimentSpecInput['approaches'][number]
type ApproachOf<Recipe extends Approach['recipe']> = Extract<Approach, { recipe: Recipe }>

/** The built-in algorithm, trained shortly. */
export const aTypeOne = (settings: Partial<ApproachOf<'sagemaker-object-detection'>> = {}): Approach => ({
  id: 'type-1',
  recipe: 'sagemaker-object-detection',
  hyperparameters: { epochs: 2, mini_batch_size: 8, learning_rate: 0.005 },
  ...settings,
})

/** JumpStart's detector, trained shortly. */
export const aTypeTwo = (settings: Partial<ApproachOf<'jumpstart'>> = {}): Approach => ({
  id: 'type-2',
  recipe: 'jumpstart',
  modelId: 'mxnet-od-ssd-512-vgg16-atrous-voc',
  hyperparameters: { epochs: 2, 'batch-size': 8 },
  ...settings,
})

/** Our own script, trained shortly. */
export const aDdn = (settings: Partial<ApproachOf<'pytorch-script'>> = {}): Approach => ({
  id: 'ddn',
  recipe: 'pytorch-script',
  hyperparameters: { epochs: 2, 'batch-size': 8 },
  ...settings,
})

/** The control endpoint of a stack whose local cloud was started with `--control`. */
export const createCloudControl = ({ cloudUrl }: Pick<Stack, 'cloudUrl'>) => {
  const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
    const answer = await fetch(`${cloudUrl}/_control/${path}`, init)
    if (!answer.ok) throw new Error(`/_control/${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    change: (what: 'lifecycle' | 'faults' | 'clock', settings: object) =>
      ask(what, { method: 'POST', body: JSON.stringify(settings) }),
    interrupt: (trainingJob: string) => ask(`interrupt/${trainingJob}`, { method: 'POST' }),
    /** Names of what an operation made for an experiment, in order; refused calls made nothing. */
    created: async (operation: string, experimentId: string): Promise<string[]> => {
      const calls = (await ask(`journal?operation=${operation}&limit=100000`)) as {
        resource?: string
        status: number
        committed: boolean
      }[]
      return calls.flatMap(({ resource = '', status, committed }) =>
        committed && status === 200 && resource.includes(experimentId) ? [resource] : [],
      )
    },
  }
}

/** A stack's API, cloud and ledger, as a user and as an onlooker with access to the bucket. */
export const createStudy = (stack: Stack) => {
  const client = createClient({ url: stack.apiUrl })
  const clients = createCloudClients({ region: 'us-east-1', cloudUrl: stack.cloudUrl })

  const addDataset = async (make: (folder: string) => Promise<unknown>): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-test-'))
    await make(folder)
    const { id } = await addFolder(client, folder, { name: 'test' })
    const { state, check } = await checkedDataset(client, id)
    if (state !== 'ready') throw new Error(JSON.stringify(check?.faults))
    return id
  }

  const until = async (id: string, isSo: (view: ExperimentView) => boolean): Promise<ExperimentView> => {
    // A retry opens an ended experiment again within moments; one that stays ended will not become so any more.
    for (let looksAfterEnd = 0; looksAfterEnd < 100;) {
      const view = await client.experiment(id)
      if (isSo(view)) return view
      looksAfterEnd = view.outcome ? looksAfterEnd + 1 : 0
      await sleep(100)
    }
    throw new Error(`experiment ${id} ended before it was so: ${isSo.toString()}`)
  }

  return {
    client,
    clients,
    addDataset,
    addSteel: (images: number) => addDataset((folder) => makeSteelDefects({ folder, images, seed: 7, sizePx: 200 })),
    addShapes: (images: number) => addDataset((folder) => makeShapesCoco({ folder, images, seed: 7 })),
    /** Trains even what another test has trained before, unless the spec says otherwise. */
    submit: (spec: Omit<ExperimentSpecInput, 'name'>): Promise<string> =>
      client.submit({ name: 'test', reuse: 'never', ...spec }, randomUUID()),
    until,
    untilEnd: (id: string) => until(id, ({ outcome }) => outcome !== undefined),
    report: async (id: string): Promise<Report> =>
      JSON.parse(new TextDecoder().decode(await client.report(id, 'json'))) as Report,
    /** The experiment's documents in the ledger whose path ends so. */
    documents: async (id: string, ending: RegExp): Promise<Record<string, unknown>[]> => {
      const found: Record<string, unknown>[] = []
      const pages = paginateListObjectsV2(
        { client: clients.s3 },
        { Bucket: stack.bucket, Prefix: `experiments/${id}/` },
      )
      for await (const { Contents = [] } of pages)
        for (const { Key = '' } of Contents)
          if (ending.test(Key)) {
            const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key }))
            found.push(JSON.parse((await Body?.transformToString()) ?? '{}') as Record<string, unknown>)
          }
      return found
    },
  }
}
export type Study = ReturnType<typeof createStudy>
