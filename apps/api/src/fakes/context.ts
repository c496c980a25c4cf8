import { createHash } from 'node:crypto'
import type { ExperimentEvent, Progress, StoredObject } from '@assay/contracts'
import { type ExperimentRecord, viewExperiment } from '@assay/pipeline'
import type { ApiContext, DatasetEntry, PageRequest } from '../context.ts'
import { workOnManifest } from '../manifest-work.ts'
import { aPlan } from './a-plan.ts'
import { aCheck, aDataset, anExperiment, at, idOf } from './records.ts'

class IdempotencyMismatch extends Error {
  override readonly name = 'IdempotencyMismatch'
}

/** A page of an array; the cursor is the place of the next item. */
const pageOf = <Item>(items: readonly Item[], { limit, cursor }: PageRequest) => {
  const from = Number(cursor ?? 0)
  const next = from + limit
  return { items: items.slice(from, next), nextCursor: next < items.length ? String(next) : null }
}

/** A context in memory, whose insides a test may set and look at. */
export const createFakeContext = () => {
  const datasets = new Map<string, DatasetEntry>()
  const experiments = new Map<string, ExperimentRecord>()
  const keys = new Map<string, { id: string; spec: string }>()
  const objects = new Map<string, Uint8Array>()
  const events: { id: string; event: ExperimentEvent }[] = []
  const progress = new Map<string, Progress>()
  const nudges: string[] = []
  const health = { redis: true, ledger: true }
  let wake = () => {}
  let arrived = new Promise<void>((resolve) => (wake = resolve))

  const change = (id: string, more: Partial<ExperimentRecord>) => {
    const record = experiments.get(id)
    if (!record) throw new Error(`no experiment ${id}`)
    experiments.set(id, { ...record, ...more })
  }

  const context: ApiContext = {
    environment: 'local',
    ledger: {
      async registerDataset({ name, location, upload }) {
        const record = aDataset(datasets.size + 1, { name, upload, ...(location === undefined ? {} : { location }) })
        datasets.set(record.id, { record, complete: !upload })
        return record
      },
      async completeDataset(id) {
        const entry = datasets.get(id)
        if (entry) datasets.set(id, { ...entry, complete: true })
      },
      readDataset: async (id) => datasets.get(id),
      listDatasets: async (page) => pageOf([...datasets.values()].reverse(), page),
      async acceptExperiment({ spec, idempotencyKey, keyOwner = '' }) {
        const key = idempotencyKey === undefined ? undefined : `${keyOwner} ${idempotencyKey}`
        const hash = createHash('sha256').update(JSON.stringify(spec)).digest('hex')
        const earlier = key === undefined ? undefined : keys.get(key)
        if (earlier && earlier.spec !== hash) throw new IdempotencyMismatch('the key was used with another body')
        if (earlier) return { id: earlier.id, replayed: true }
        const record = anExperiment({ n: experiments.size + 1, spec })
        experiments.set(record.id, record)
        if (key !== undefined) keys.set(key, { id: record.id, spec: hash })
        return { id: record.id, replayed: false }
      },
      readExperiment: async (id) => experiments.get(id),
      listExperiments: async (page) => pageOf([...experiments.values()].reverse(), page),
      requestCancel: async (id) => change(id, { cancelRequestedAt: at(40) }),
      requestRetry: async (record, _approachId, admit) => {
        await admit(record)
        return 2
      },
      requestTuningStop: async (id, approachId, attempt) => {
        nudges.push(`stop ${id} ${approachId} ${attempt}`)
        const { approaches } = experiments.get(id) ?? { approaches: [] }
        const stopped = approaches.map((one) =>
          one.id === approachId ? { ...one, tuningStopRequestedAt: at(40) } : one,
        )
        change(id, { approaches: stopped })
      },
    },
    async advance(id) {
      nudges.push(`advance ${id}`)
    },
    async wake({ approachId, stage }) {
      nudges.push(`wake ${approachId} ${stage}`)
    },
    async checkDataset(id) {
      nudges.push(`check ${id}`)
    },
    ready: async () => health,
    live: {
      progress: async () => progress,
      async *events(_id, lastEventId, signal) {
        let next = lastEventId === undefined ? 0 : events.findIndex(({ id }) => id === lastEventId) + 1
        while (!signal.aborted) {
          const event = events[next]
          if (event) {
            next += 1
            yield event
          } else await Promise.race([arrived, new Promise((resolve) => signal.addEventListener('abort', resolve))])
        }
      },
    },
    meter: async ({ finish }) => ({
      at: at(50),
      microUsd: finish?.output?.bill.microUsd ?? 400_000,
      projectedMicroUsd: 1_500_000,
      budgetMicroUsd: null,
      approaches: finish?.output?.bill.approaches ?? [],
    }),
    view: viewExperiment,
    objects: {
      async get({ key }: StoredObject) {
        const bytes = objects.get(key)
        if (!bytes) throw new Error(`no object ${key}`)
        return bytes
      },
      presignPut: async (uri, path, bytes) =>
        `http://127.0.0.1:1/${uri.slice(5)}${path}?X-Amz-Date=20261123T120000Z&X-Amz-Expires=600&bytes=${bytes}`,
      checkLocation: async (uri) =>
        uri.startsWith('s3://assay/') ? (uri.includes('empty') ? 'empty' : 'ok') : 'not-allowed',
    },
    sources: {
      uriOf: (sha256) => `s3://assay/sources/${sha256}/sourcedir.tar.gz`,
      isStored: async (sha256) => objects.has(sha256),
      store: async (sha256, bytes) => void objects.set(sha256, bytes),
    },
    checkApproach: async ({ hyperparameters }) =>
      'unheard_of' in hyperparameters
        ? [{ pointer: '/hyperparameters/unheard_of', detail: 'no such hyperparameter' }]
        : [],
    checkWarmStart: async () => [],
    checkDeal: async ({ key }, split) => workOnManifest('deal', objects.get(key) ?? new Uint8Array(), { split }),
    liveTrials: async (name) => [
      { name: `${name}-001`, status: 'InProgress', hyperparameters: { learning_rate: '0.01' }, best: false },
    ],
    estimate: async () => ({}),
    checkBudget: async ({ budget }) =>
      budget && budget.maxUsd < 1
        ? [{ pointer: '/budget/maxUsd', detail: `$${budget.maxUsd} met, the worst case is $1.00` }]
        : [],
    checkRetryBudget: async ({ spec: { budget } }, approachId) =>
      budget && budget.maxUsd < 2
        ? `budget.maxUsd is $${budget.maxUsd}, another attempt of ${approachId} may cost $1.00`
        : undefined,
    plan: async ({ spec, idempotencyKey, bodies }) =>
      aPlan(spec, { bodies, ...(idempotencyKey ? { id: idOf(1) } : {}) }),
    presets: [
      {
        id: 'study',
        title: 'The study',
        description: 'Two approaches',
        spec: { approaches: [{ id: 'type-1', recipe: 'sagemaker-object-detection' }] },
      },
    ],
    logs: async (_experiment, _approach, job, { limit, nextToken }) => ({
      lines: [{ at: at(12), message: `${job ?? 'newest'} ${limit} ${nextToken ?? 'start'}` }],
      nextToken: nextToken === undefined ? 'more' : null,
    }),
    queues: [],
    queueLoad: async () => [
      { queue: 'train', jobs: { waiting: 2, active: 1, parked: 7, failed: 0 }, overdueSeconds: 0.5, workers: 1 },
    ],
    cleanUp: async (dryRun) => ({ dryRun, looked: { orphans: 0, living: 1, young: 0, foreign: 2 }, orphans: [] }),
  }
  return {
    context,
    datasets,
    experiments,
    objects,
    progress,
    nudges,
    health,
    change,
    /** A data set that is ready. */
    addDataset: (n = 1) => {
      const record = aDataset(n)
      datasets.set(record.id, { record, complete: true, check: aCheck() })
      return record
    },
    addExperiment: (record: ExperimentRecord = anExperiment()) => {
      experiments.set(record.id, record)
      return record
    },
    emit: (event: ExperimentEvent) => {
      events.push({ id: `e1-${events.length + 1}`, event })
      const woken = wake
      arrived = new Promise((resolve) => (wake = resolve))
      woken()
    },
    idOf,
  }
}
