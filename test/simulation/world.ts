import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { createJanitor } from '@assay/cleanup'
import { classifyError } from '@assay/cloud'
import { experimentSpecSchema, type StageRef } from '@assay/contracts'
import { type BulkStore, outcomePath } from '@assay/ledger'
import {
  createAdvance,
  createRunStage,
  createTiming,
  type ExperimentRecord,
  foldExperiment,
  type Handlers,
  isLater,
  type Later,
  parkMs,
  pollEveryMs,
  stageKey,
  waitingStages,
} from '@assay/pipeline'
import { type CloudWaiter, createWake, liveJobName, type Note } from '@assay/queue'
import type { Recipes } from '@assay/recipes'
import { createFinish } from '../../workers/control/src/finish.ts'
import { createPollCloud } from '../../workers/control/src/poller/poll-cloud.ts'
import { createReconciler } from '../../workers/control/src/reconciler/create-reconciler.ts'
import { createTeardown } from '../../workers/control/src/teardown.ts'
import { createDeploy } from '../../workers/infer/src/deploy.ts'
import { createTrain } from '../../workers/train/src/train.ts'
import { createTune } from '../../workers/tune/src/tune.ts'
import { createDocuments } from '../../packages/ledger/src/write-once.ts'
import { awsError, VirtualCloud } from './cloud.ts'
import { brokenGuard } from './guards.ts'
import { createRandom, Scheduler, START_MS } from './scheduler.ts'
import { VirtualS3 } from './virtual-s3.ts'

/** Probabilities of what may go wrong; all zero is the fault-free run. */
export interface Faults {
  /** A delivery is handed to two processes at once. */
  duplicate: number
  /** A job vanishes from the queue when it is added. */
  lose: number
  /** A remote call fails before its effect, or its answer is lost after it. */
  refuse: number
  loseAnswer: number
  /** A process stands still before it sends. */
  freeze: number
  /** Process deaths and losses of all of Redis in the whole run. */
  kills: number
  flushes: number
  cancel: boolean
  retry: boolean
  invisibleMs: number
  /** The cloud has none of the first instance types that one approach asks for. */
  withoutGpus: boolean
  /** How often in a row the cloud itself breaks what the other approach asks for; it begins anew by itself twice. */
  internalErrors: 0 | 1 | 2
  /** Stages of other experiments that wait too; with many, a parked stage relies on being woken. */
  crowd: number
}

export const noFaults: Faults = {
  duplicate: 0,
  lose: 0,
  refuse: 0,
  loseAnswer: 0,
  freeze: 0,
  kills: 0,
  flushes: 0,
  cancel: false,
  retry: false,
  invisibleMs: 0,
  withoutGpus: false,
  internalErrors: 0,
  crowd: 0,
}

const EXPERIMENT_ID = 'aaaaaaaaaaaaa'
const INSTALLATION = 'bbbbbbbbbbbbb'
const PROCESSES = 3
const LOCK_MS = 10_000
/** Within this time from the start everything happens that a seed has in store. */
const HORIZON_MS = 15 * 60_000
const timing = createTiming(1)
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const sha256 = 'a'.repeat(64)
const stored = { key: 'k', sha256, bytes: 1 }
const neverAborted = new AbortController().signal

const spec = experimentSpecSchema.parse({
  name: 'simulated',
  dataset: 'ds-aaaaaaaaaaaaa',
  inference: { shardImages: 10 },
  approaches: [
    {
      id: 'one',
      recipe: 'sagemaker-object-detection',
      instanceTypes: ['ml.g4dn.xlarge', 'ml.m5.xlarge'],
      endpoint: { maxConcurrency: 2 },
    },
    {
      id: 'two',
      recipe: 'jumpstart',
      modelId: 'm',
      inference: 'transform',
      tuning: { maxTrials: 2, maxParallel: 2, ranges: { lr: { type: 'continuous', min: 0.1, max: 1 } } },
    },
  ],
})

const acceptedAt = new Date(START_MS).toISOString()
/** One object for all runs: the fold checks each document against its schema once, and this is the largest. */
const acceptedDocument: object = {
  writer: 'w',
  id: EXPERIMENT_ID,
  createdAt: acceptedAt,
  installation: INSTALLATION,
  environment: 'local',
  spec,
  specSha256: sha256,
  dataset: {
    record: {
      writer: 'w',
      id: spec.dataset,
      name: 'd',
      createdAt: acceptedAt,
      location: 's3://bucket/d/',
      upload: false,
    },
    check: {
      status: 'ready',
      checkedAt: acceptedAt,
      fingerprint: sha256,
      manifest: stored,
      images: 100,
      boxes: 100,
      classes: [{ categoryId: 1, name: 'c', images: 100, boxes: 100 }],
      duplicates: [],
      faults: { count: 0, byCode: {}, first: [] },
    },
  },
}

interface Process {
  id: number
  alive: boolean
  frozenUntilMs: number
}

/** What one process holds ready for all its deliveries. */
interface Parts {
  advance: ReturnType<typeof createAdvance>
  runStage: ReturnType<typeof createRunStage>
  loadExperiment: () => Promise<ExperimentRecord>
  sagemaker: SageMakerClient
}

interface Job {
  ref: StageRef
  state: 'waiting' | 'active' | 'delayed' | 'completed' | 'failed'
  dueMs: number
  tries: number
  delivery: number
}

export class World {
  readonly scheduler: Scheduler
  readonly cloud: VirtualCloud
  readonly s3 = new VirtualS3()
  readonly trace: string[] = []
  readonly bugs: unknown[] = []
  /** What was met at some moment although a guard forbids it. */
  readonly broken: string[] = []
  #faults: Faults
  #open = true
  #folded: { documents: number; experiment: ExperimentRecord } | undefined
  #jobs = new Map<string, Job>()
  #waits = new Map<string, CloudWaiter>()
  #note: Note | undefined
  #notesKept = false
  #parts = new Map<Process, Parts>()
  #polls = new Map<Process, () => Promise<void>>()
  #reconcilers = new Map<Process, () => Promise<unknown>>()
  #janitors = new Map<Process, () => Promise<unknown>>()
  #processes: Process[] = []
  #deliveries = 0

  constructor(seed: number, faults: Faults) {
    this.scheduler = new Scheduler(createRandom(seed))
    this.cloud = new VirtualCloud(this.scheduler, faults)
    this.#faults = faults
    for (let id = 0; id < PROCESSES; id++) this.#processes.push({ id, alive: true, frozenUntilMs: 0 })
  }

  get #random() {
    return this.scheduler.random
  }

  #log(text: string) {
    this.trace.push(`${((this.scheduler.nowMs - START_MS) / 1000).toFixed(1)} s  ${text}`)
  }

  /** A call over the network by a process that may die or freeze: what was sent takes effect even when the sender is gone. */
  #call<Result>(process: Process, effect: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const travel = () => this.#random.between(1, 50)
      const answer = (deliver: () => void) => this.scheduler.at(travel(), () => process.alive && deliver())
      const arrive = () => {
        try {
          const result = effect()
          const lost = this.#random.chance(this.#faults.loseAnswer)
          answer(() =>
            lost ? reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })) : resolve(result),
          )
        } catch (error) {
          answer(() => reject(error instanceof Error ? error : new Error(String(error))))
        }
      }
      const send = () => {
        if (!process.alive) return
        if (this.#random.chance(this.#faults.refuse))
          answer(() => reject(awsError('ThrottlingException', 'Rate exceeded')))
        else this.scheduler.at(travel(), arrive, { silent: true })
      }
      const pauseMs = this.#pauseMs(process)
      if (pauseMs === 0) send()
      else this.scheduler.at(pauseMs, send, { silent: true })
    })
  }

  #pauseMs(process: Process): number {
    if (this.#random.chance(this.#faults.freeze)) {
      const frozenMs = this.#random.between(1_000, 300_000)
      this.#log(`process ${process.id} freezes for ${Math.round(frozenMs / 1000)} s`)
      process.frozenUntilMs = this.scheduler.nowMs + frozenMs
    }
    return Math.max(0, process.frozenUntilMs - this.scheduler.nowMs)
  }

  /** What the API writes, whose processes do not die here. */
  #create(path: string, value: object) {
    if (this.s3.documents.has(path)) return
    this.s3.put(path, JSON.stringify({ ...value, writer: 'w' }), { once: true })
    this.#log(`document ${path}`)
  }

  /** Documents are only ever added, so their number tells whether the last fold still holds. */
  fold(): ExperimentRecord {
    if (this.#folded?.documents === this.s3.documents.size) return this.#folded.experiment
    const experiment = foldExperiment(this.s3.documents)
    this.#folded = experiment && { documents: this.s3.documents.size, experiment }
    if (!experiment) throw new Error('the experiment is gone')
    return experiment
  }

  accept() {
    this.s3.documents.set('spec.json', acceptedDocument)
    this.#log('document spec.json')
  }

  #partsOf(process: Process): Parts {
    const known = this.#parts.get(process) ?? this.#makeParts(process)
    this.#parts.set(process, known)
    return known
  }

  /** The parts of a process as the workers wire them, on virtual clients. */
  #makeParts(process: Process) {
    const iso = () => new Date(this.scheduler.nowMs).toISOString()
    const repeat = async (firstTry: number, effect: () => unknown) => {
      for (let tries = firstTry; ; tries++) {
        try {
          return await this.#call(process, effect)
        } catch (error) {
          if (tries >= 3 || classifyError(error).kind !== 'wait') throw error
        }
      }
    }
    // As the SDK does, anything but a Create is sent up to three times.
    const send = (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const operation = command.constructor.name.replace(/Command$/, '')
      return repeat(operation.startsWith('Create') ? 3 : 1, () => {
        const found = brokenGuard(
          operation,
          command.input,
          (path) => this.s3.documents.has(path),
          spec.approaches.map(({ id }) => id),
        )
        if (found !== undefined) this.broken.push(found)
        return this.cloud.handle(operation, command.input)
      })
    }
    const s3 = this.s3.client((command) =>
      repeat(1, () => {
        const { Key } = command.input
        if (command.constructor.name === 'PutObjectCommand') this.#log(`put ${Key}`)
        const isEnd = command.constructor.name === 'PutObjectCommand' && /\/outcome-\d+\.json$/.test(Key)
        // A process that died or froze may have left something behind for the janitor.
        const mayLeave = this.#faults.freeze > 0 || this.#faults.kills > 0
        if (isEnd && !mayLeave)
          for (const { kind, name } of this.cloud.left()) this.broken.push(`${kind} ${name} was there at the end`)
        return this.s3.handle(command)
      }),
    )
    const documents = createDocuments({ s3, bucket: 'bucket' })
    const sagemaker = Object.assign(Object.create(SageMakerClient.prototype) as SageMakerClient, { send })
    const logs = Object.assign(Object.create(CloudWatchLogsClient.prototype) as CloudWatchLogsClient, {
      send: async () => ({}),
    })
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
        this.#call(
          process,
          () => this.s3.documents.has('cancel.json') || this.s3.documents.has(`${approach}/${attempt}/closed.json`),
        ),
    }
    const noImages = {
      schemaVersion: 1,
      layout: 'voc',
      bucket: 'bucket',
      categories: [],
      images: [],
      seed: 1,
      datasetFingerprint: sha256,
    }
    const bulk = {
      put: async () => stored,
      putJson: async () => stored,
      getJson: async () => noImages,
    } as unknown as BulkStore
    const recipe = {
      defaultInstanceTypes: ['ml.g4dn.xlarge'],
      afterInterruption: () => 'resumes',
      objective: async () => ({ metric: 'm', direction: 'maximize' }),
      train: async () => ({
        image: 'i',
        inputMode: 'File',
        hyperparameters: {},
        channels: [],
        networkIsolation: false,
        uploads: [],
      }),
      metrics: async () => [],
      host: async () => ({ container: {} }),
      inference: async () => ({ contentType: 'image/jpeg', accept: 'application/json', sendsImage: true }),
    }
    const recipes = {
      'sagemaker-object-detection': recipe,
      jumpstart: recipe,
      'pytorch-script': recipe,
    } as unknown as Recipes
    const loadExperiment = () => this.#call(process, () => this.fold())
    const recordOutcome = (ref: StageRef, outcome: object) => write(outcomePath(ref), outcome)
    const advance = createAdvance({
      loadExperiment,
      recordOutcome,
      beginAttempt: (_id, approach, attempt) => write(`${approach}/${attempt}/attempt.json`, { at: iso() }),
      ensure: (ref) => this.#call(process, () => this.#ensure(ref)),
      note: (_id, stages) => this.#call(process, () => this.#write(stages)),
      open: () => this.#call(process, () => (this.#open = true)),
      close: () => this.#call(process, () => (this.#open = false)),
      changed: async () => {},
      now: () => new Date(this.scheduler.nowMs),
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

  #ensure(ref: StageRef) {
    const id = stageKey(ref)
    const job = this.#jobs.get(id)
    if (job && (job.state === 'waiting' || job.state === 'active' || job.state === 'delayed')) return
    if (this.#random.chance(this.#faults.lose)) return this.#log(`queue loses ${id}`)
    this.#jobs.set(id, { ref, state: 'waiting', dueMs: 0, tries: 0, delivery: 0 })
    this.#schedule(id, 0)
  }

  #schedule(id: string, delayMs: number) {
    this.scheduler.at(delayMs + this.#random.between(1, 100), () => {
      const job = this.#jobs.get(id)
      if (!job || (job.state !== 'waiting' && job.state !== 'delayed')) return
      const awake = this.#awake()
      if (awake.length === 0) return this.#schedule(id, 1_000)
      const deliver = () => void this.#deliver(id, job, awake)
      deliver()
      if (this.#random.chance(this.#faults.duplicate)) deliver()
    })
  }

  async #deliver(id: string, job: Job, awake: readonly Process[]): Promise<void> {
    const process = awake[this.#random.below(awake.length)]
    if (!process) return
    const delivery = ++this.#deliveries
    job.state = 'active'
    job.delivery = delivery
    this.#watchLock(id, job, delivery, process)
    const context = {
      log,
      worker: String(process.id),
      now: () => new Date(this.scheduler.nowMs),
      signal: neverAborted,
      progress: () => {},
    }
    const startedAt = new Date(this.scheduler.nowMs).toISOString()
    this.#log(`process ${process.id} runs ${id}, try ${job.tries + 1}`)
    // A zombie's answer is refused: its lock belongs to a later delivery.
    const settle = (act: () => void) => job.delivery === delivery && this.#jobs.get(id) === job && act()
    try {
      const answer = await this.#partsOf(process).runStage(
        { ref: job.ref, tryNumber: job.tries + 1, maxTries: 8, startedAt, waits: [], crashes: 0 },
        context,
      )
      settle(() => {
        job.state = isLater(answer) ? 'delayed' : 'completed'
        if (isLater(answer)) this.#park(id, job.ref, answer)
      })
    } catch (error) {
      this.#log(`${id}: ${String(error)}`)
      if (error instanceof TypeError || error instanceof ReferenceError) this.bugs.push(error)
      settle(() => {
        job.tries++
        job.state = job.tries >= 8 ? 'failed' : 'delayed'
        if (job.state === 'delayed') this.#schedule(id, 2_000 * 2 ** Math.min(job.tries, 5))
      })
    }
  }

  #park(id: string, ref: StageRef, { later: { afterMs, cloud } }: Later) {
    if (!cloud) return this.#schedule(id, afterMs)
    this.#waits.set(`${cloud.kind}/${cloud.name}/${ref.stage}`, { ref, wait: cloud })
    return this.#schedule(id, parkMs(afterMs, this.#waits.size + this.#faults.crowd, timing))
  }

  #promote(ref: StageRef): 'promoted' | 'live' | 'over' {
    const id = stageKey(ref)
    const job = this.#jobs.get(id)
    if (!job || job.state === 'completed' || job.state === 'failed') return 'over'
    if (job.state !== 'delayed') return 'live'
    this.#log(`${id} is woken`)
    this.#schedule(id, 0)
    return 'promoted'
  }

  /** Each process remembers what it listed, as the poller does; a new one begins without memory. */
  #pollOf(process: Process): () => Promise<void> {
    const known = this.#polls.get(process)
    if (known) return known
    const waits = {
      all: async () => [...this.#waits.values()],
      of: async ({ kind, name }: { kind: CloudWaiter['wait']['kind']; name: string }) =>
        waitingStages[kind].flatMap((stage) => this.#waits.get(`${kind}/${name}/${stage}`) ?? []),
      leave: async ({ ref, wait }: CloudWaiter) => {
        this.#waits.delete(`${wait.kind}/${wait.name}/${ref.stage}`)
      },
    }
    const promote = (ref: StageRef) => this.#call(process, () => this.#promote(ref))
    const wake = createWake({ waits, queues: { promote }, log })
    const poll = createPollCloud({ sagemaker: this.#partsOf(process).sagemaker, waits, wake, timing })
    this.#polls.set(process, poll)
    return poll
  }

  #write(stages: readonly StageRef[] | undefined) {
    this.#note = stages && { atMs: this.scheduler.nowMs, jobs: stages.map(liveJobName) }
  }

  #reconcilerOf(process: Process): () => Promise<unknown> {
    const known = this.#reconcilers.get(process)
    if (known) return known
    const open = () => this.#call(process, () => (this.#open ? [EXPERIMENT_ID] : []))
    const reconcile = createReconciler({
      ledger: {
        openIds: async function* openIds() {
          yield* await open()
        },
        readDataset: async () => undefined,
      },
      notes: {
        all: async () => new Map(this.#note ? [[EXPERIMENT_ID, this.#note]] : []),
        wereLost: async () => {
          const wereLost = !this.#notesKept
          this.#notesKept = true
          return wereLost
        },
      },
      queues: {
        liveJobs: async () => {
          const isLive = ({ state }: Job) => state === 'waiting' || state === 'active' || state === 'delayed'
          return new Set([...this.#jobs.values()].filter(isLive).map(({ ref }) => liveJobName(ref)))
        },
        ensureDatasetCheck: async () => {},
      },
      advance: this.#partsOf(process).advance,
      timing,
      log,
      now: () => new Date(this.scheduler.nowMs),
    })
    this.#reconcilers.set(process, reconcile)
    return reconcile
  }

  #janitorOf(process: Process): () => Promise<unknown> {
    const known = this.#janitors.get(process)
    if (known) return known
    const { sagemaker, loadExperiment } = this.#partsOf(process)
    const now = () => new Date(this.scheduler.nowMs)
    const janitor = createJanitor({ sagemaker, installation: INSTALLATION, loadExperiment, log, now })
    this.#janitors.set(process, janitor)
    return janitor
  }

  /** The queue hands a job on when its worker died or stood still longer than the lock. */
  #watchLock(id: string, job: Job, delivery: number, process: Process) {
    this.scheduler.at(LOCK_MS, () => {
      if (job.delivery !== delivery || job.state !== 'active' || this.#jobs.get(id) !== job) return
      if (process.alive && process.frozenUntilMs <= this.scheduler.nowMs)
        return this.#watchLock(id, job, delivery, process)
      this.#log(`${id} had stalled`)
      job.state = 'waiting'
      job.delivery = 0
      return this.#schedule(id, 0)
    })
  }

  #awake(): Process[] {
    return this.#processes.filter(({ alive, frozenUntilMs }) => alive && frozenUntilMs <= this.scheduler.nowMs)
  }

  #kill() {
    const victim = this.#processes[this.#random.below(this.#processes.length)]
    if (!victim?.alive) return
    this.#log(`process ${victim.id} is killed`)
    victim.alive = false
    this.scheduler.at(5_000, () => this.#processes.push({ id: this.#processes.length, alive: true, frozenUntilMs: 0 }))
  }

  /** A coroutine that dies with its process; its errors are logged, the next pass tries again. */
  #background(name: string, everyMs: number, pass: (process: Process) => Promise<unknown>) {
    const tick = () => {
      const awake = this.#awake()
      const process = awake[this.#random.below(awake.length)]
      if (process) pass(process).catch((error: unknown) => this.#log(`${name}: ${String(error)}`))
      this.scheduler.at(everyMs, tick, { beat: true })
    }
    this.scheduler.at(this.#random.between(0, everyMs), tick, { beat: true })
  }

  /** As the API does it: mark, attempt, mark again, each a call of its own. Also after the end. */
  async #askForRetry(attempt: number) {
    const api: Process = { id: -1, alive: true, frozenUntilMs: 0 }
    const insist = async (effect: () => unknown): Promise<unknown> => {
      try {
        return await this.#call(api, effect)
      } catch {
        return insist(effect)
      }
    }
    this.#log('a retry is requested')
    await insist(() => (this.#open = true))
    await insist(() =>
      this.#create('retry-1.json', { at: new Date(this.scheduler.nowMs).toISOString(), approachId: 'one', attempt }),
    )
    await insist(() => (this.#open = true))
  }

  #disturb() {
    for (let kill = 0; kill < this.#faults.kills; kill++)
      this.scheduler.at(this.#random.between(0, HORIZON_MS), () => this.#kill())
    for (let flush = 0; flush < this.#faults.flushes; flush++)
      this.scheduler.at(this.#random.between(0, HORIZON_MS), () => {
        this.#log('Redis loses everything')
        this.#jobs.clear()
        this.#waits.clear()
        this.#note = undefined
        this.#notesKept = false
      })
    if (this.#faults.cancel)
      this.scheduler.at(this.#random.between(0, HORIZON_MS), () => {
        if (this.fold().finish) return
        this.#log('cancel is requested')
        this.#create('cancel.json', { at: new Date(this.scheduler.nowMs).toISOString() })
      })
    if (this.#faults.retry)
      this.scheduler.at(
        this.#random.between(0, HORIZON_MS),
        () => void this.#askForRetry(this.#faults.withoutGpus ? 3 : 2),
      )
  }

  /**
   * Runs the experiment to its end and on, with the reconciler, the janitor and the poller beside it: through a pass of each at least, and until no
   * process has anything under way and nothing is left, 20 minutes at most. Answers whether it ended.
   */
  async run(limitMs = 24 * 3_600_000): Promise<boolean> {
    this.accept()
    this.#background('reconciler', timing.reconcileMs, (process) => this.#reconcilerOf(process)())
    this.#background('janitor', timing.janitorMs, (process) => this.#janitorOf(process)())
    this.#background('poller', pollEveryMs(this.#faults.crowd, timing), (process) => this.#pollOf(process)())
    this.#disturb()
    const endsAfterMs = this.scheduler.nowMs + (this.#faults.retry ? HORIZON_MS : 0)
    const isOver = () => this.fold().finish !== undefined && !this.#open && this.scheduler.nowMs >= endsAfterMs
    const ended = await this.scheduler.runUntil(isOver, limitMs)
    const passedMs = this.scheduler.nowMs + timing.janitorMs + 60_000
    const isAtRest = () => this.scheduler.nowMs >= passedMs && this.scheduler.isAtRest && this.cloud.left().length === 0
    await this.scheduler.runUntil(isAtRest, 20 * 60_000)
    return ended
  }
}
