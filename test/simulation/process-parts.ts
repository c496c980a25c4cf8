import { S3Client } from '@aws-sdk/client-s3'
import type { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { classifyError } from '@assay/cloud'
import type { StageRef } from '@assay/contracts'
import { outcomePath } from '@assay/ledger'
import { createAdvance, createRunStage, type ExperimentRecord, type Handlers } from '@assay/pipeline'
import { createFinish } from '../../workers/control/src/finish.ts'
import { createTeardown } from '../../workers/control/src/teardown.ts'
import { createDeploy } from '../../workers/infer/src/deploy.ts'
import { createTrain } from '../../workers/train/src/train.ts'
import { createTune } from '../../workers/tune/src/tune.ts'
import { createDocuments } from '../../packages/ledger/src/write-once.ts'
import type { Ground } from './ground.ts'
import type { Process } from './processes.ts'
import { EXPERIMENT_ID, stored, timing } from './simulated-experiment.ts'
import { bulk, recipes } from './simulated-recipes.ts'
import { createVirtualClients } from './virtual-clients.ts'
import type { VirtualRedis } from './virtual-redis.ts'

/** What one process holds ready for all its deliveries. */
export interface Parts {
  advance: ReturnType<typeof createAdvance>
  runStage: ReturnType<typeof createRunStage>
  loadExperiment: () => Promise<ExperimentRecord>
  sagemaker: SageMakerClient
}

/** The parts of a process as the workers wire them, on virtual clients. */
export const createParts = (ground: Ground, redis: VirtualRedis, process: Process): Parts => {
  const { s3, sagemaker, logs } = createVirtualClients(ground, process)
  const documents = createDocuments({ s3, bucket: 'bucket' })
  const iso = () => ground.now().toISOString()
  const write = (path: string, value: object) => documents.create(`experiments/${EXPERIMENT_ID}/${path}`, value)
  const ledger = {
    recordIntent: (_id: string, approach: string, attempt: number, intent: { kind: string; name: string }) =>
      write(`${approach}/${attempt}/resources/${intent.kind}.json`, { ...intent, at: iso() }),
    recordTrained: async () => {},
    trainedWith: async () => [],
    recentlyTrained: async () => [],
    closeAttempt: (_id: string, approach: string, attempt: number) =>
      write(`${approach}/${attempt}/closed.json`, { at: iso() }),
    isStopped: (_id: string, approach: string, attempt: number) =>
      ground.call(
        process,
        () => ground.s3.documents.has('cancel.json') || ground.s3.documents.has(`${approach}/${attempt}/closed.json`),
      ),
  }
  const loadExperiment = () => ground.call(process, () => ground.fold())
  const recordOutcome = (ref: StageRef, outcome: object) => write(outcomePath(ref), outcome)
  const advance = createAdvance({
    loadExperiment,
    recordOutcome,
    beginAttempt: (_id, approach, attempt) => write(`${approach}/${attempt}/attempt.json`, { at: iso() }),
    ensure: (ref) => ground.call(process, () => redis.ensure(ref)),
    note: (_id, stages) => ground.call(process, () => redis.write(stages)),
    open: () => ground.call(process, () => (ground.isOpen = true)),
    close: () => ground.call(process, () => (ground.isOpen = false)),
    changed: async () => {},
    now: () => ground.now(),
  })
  const deps = {
    clients: { sagemaker, sagemakerOnce: sagemaker, logs, s3: Object.create(S3Client.prototype) as S3Client },
    ledger,
    bulk,
    recipes,
    timing,
    bucket: 'bucket',
    repack: async () => {},
    roleArn: 'r',
  }
  const handlers: Handlers = {
    split: async () => ({
      images: { train: 60, validation: 20, test: 20 },
      grouping: {
        asked: { train: 60, validation: 20, test: 20 },
        sets: 0,
        images: 0,
        largest: 0,
        apart: 0,
        withoutKey: 0,
        nearDuplicates: { sets: 0, images: 0, apart: 0 },
      },
      boxes: { train: {}, validation: {}, test: {} },
      manifest: stored,
    }),
    prepare: async ({ ref }) => ({
      layout: ref.part as 'recordio',
      channels: [],
      classes: [1],
      trainImages: 60,
      seenParts: ['train'],
      maxObjects: 1,
      contents: stored,
    }),
    train: createTrain(deps),
    tune: createTune({ ...deps, loadExperiment }),
    deploy: createDeploy(deps),
    infer: async () => ({
      images: 10,
      predictions: 10,
      results: stored,
      failed: [],
      latencyMs: { p50: 1, p95: 1 },
      worker: 'w',
    }),
    evaluate: async ({ approach }) => ({
      stats: Array.from({ length: 12 }, () => approach.index),
      perCategoryAP: {},
      perCategoryAP50: {},
      perIouMap: Array.from({ length: 10 }, () => 0),
      predictions: stored,
      details: stored,
    }),
    teardown: createTeardown({ ...deps, loadExperiment }),
    report: async () => ({ prefix: 'p', json: stored, pictures: stored, files: [] }),
    finish: createFinish({ sagemaker, region: 'us-east-1', recordRuns: async () => {} }),
  }
  const runStage = createRunStage({
    handlers,
    loadExperiment,
    recordOutcome,
    advance: async (id) => void (await advance(id)),
    classify: classifyError,
    timing,
  })
  return { advance, runStage, loadExperiment, sagemaker }
}
