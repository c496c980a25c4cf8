import type {
  Accepted,
  ApproachSpec,
  CostMeter,
  Cleanup,
  DatasetCheck,
  DatasetRecord,
  ExperimentEvent,
  ExperimentSpec,
  ExperimentView,
  LiveTrial,
  Plan,
  Progress,
  SplitSpec,
  StageRef,
  StoredObject,
} from '@assay/contracts'
import type { ExperimentRecord } from '@assay/pipeline'
import type { QueueLoad } from '@assay/queue'
import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter'

/** What Bull Board shows: a BullMQ queue. */
export type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0]

/** A data set as the ledger knows it. */
export interface DatasetEntry {
  record: DatasetRecord
  /** All files are there: always so where they lay in S3 already. */
  complete: boolean
  check?: DatasetCheck
}

export interface PageRequest {
  /** 1–200. */
  limit: number
  /** As the ledger gave it. */
  cursor?: string
}

export interface PageOf<Item> {
  items: Item[]
  nextCursor: string | null
}

/** What an experiment keeps of the day of its acceptance. */
type Kept = Pick<Accepted, 'prices' | 'expected'>

interface Ledger {
  /** Writes the record. For an upload the ledger picks the prefix. */
  registerDataset: (input: { name: string; location?: string; upload: boolean }) => Promise<DatasetRecord>
  /** All files of an upload are there; harmless when repeated. */
  completeDataset: (id: string) => Promise<void>
  readDataset: (id: string) => Promise<DatasetEntry | undefined>
  listDatasets: (page: PageRequest) => Promise<PageOf<DatasetEntry>>
  /** Index, open marker, spec, in that order. The same key and spec again answer the first id; another spec throws an error named IdempotencyMismatch. */
  acceptExperiment: (
    input: {
      spec: ExperimentSpec
      idempotencyKey?: string
      keyOwner?: string
    } & Kept,
  ) => Promise<{ id: string; replayed: boolean }>
  readExperiment: (id: string) => Promise<ExperimentRecord | undefined>
  /** Newest first. */
  listExperiments: (page: PageRequest) => Promise<PageOf<ExperimentRecord>>
  /** Writes cancel.json once; harmless when repeated. */
  requestCancel: (id: string) => Promise<void>
  /** Answers the number of the new attempt. `admit` is asked again where another retry of the experiment came first. */
  requestRetry: (
    record: ExperimentRecord,
    approachId: string,
    admit: (record: ExperimentRecord) => Promise<void>,
  ) => Promise<number>
  /** Writes stop-tuning.json of the newest attempt once; harmless when repeated. */
  requestTuningStop: (id: string, approachId: string, attempt: number) => Promise<void>
}

interface LiveEvents {
  /** Progress by stage key, for views. */
  progress: (experimentId: string) => Promise<ReadonlyMap<string, Progress>>
  /** Events after an id (`<epoch>-<seq>`); none or an unknown epoch yields a snapshot first. Never ends by itself before the signal does. */
  events: (
    experimentId: string,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ) => AsyncIterable<{ id: string; event: ExperimentEvent }>
}

export type LocationState = 'ok' | 'missing-bucket' | 'foreign-bucket' | 'denied-bucket' | 'empty' | 'not-allowed'

interface Objects {
  get: (object: StoredObject) => Promise<Uint8Array>
  /** A URL to PUT exactly this many bytes at a path below the URI. */
  presignPut: (uri: string, path: string, bytes: number) => Promise<string>
  checkLocation: (uri: string) => Promise<LocationState>
}

/** A fault of what the user sent, by JSON pointer (RFC 6901). */
export interface Fault {
  pointer: string
  detail: string
}

/** Packed source folders by the SHA-256 of their bytes. */
interface Sources {
  /** Where it lies, or would. */
  uriOf: (sha256: string) => string
  isStored: (sha256: string) => Promise<boolean>
  /** Harmless when repeated. */
  store: (sha256: string, bytes: Uint8Array) => Promise<void>
}

interface Preset {
  id: string
  title: string
  description: string
  /** Body of POST /v1/experiments but for its name and data set. */
  spec: Readonly<Record<string, unknown>>
}

/** Everything that the operations need. Errors of Redis, S3 and SageMaker pass through as they are; the edge maps them. */
export interface ApiContext {
  environment: 'local' | 'aws'
  ledger: Ledger
  /** A nudge: enqueues what can run now. Loss is harmless. */
  advance: (experimentId: string) => Promise<void>
  /** A nudge: a parked stage looks now. Loss only makes it look later. */
  wake: (stage: StageRef) => Promise<unknown>
  /** A nudge: enqueues the check of a data set. */
  checkDataset: (datasetId: string) => Promise<void>
  /** How much lies in each queue. */
  queueLoad: () => Promise<readonly QueueLoad[]>
  /** Whether Redis and S3 answer right now. */
  ready: () => Promise<{ redis: boolean; ledger: boolean }>
  live: LiveEvents
  /** Dollars so far and in all. Asks the cloud what runs, at most once in a while. */
  meter: (record: ExperimentRecord) => Promise<CostMeter>
  /** Pure. */
  view: (record: ExperimentRecord, progress: ReadonlyMap<string, Progress>) => ExperimentView
  objects: Objects
  sources: Sources
  /** Settings against the recipe: hyperparameters known and in range, instance types usable, ranges in bounds. Pointers are relative to the approach. `mayBeUnsent`: a source that is still to be stored is no fault. */
  checkApproach: (approach: ApproachSpec, options: { mayBeUnsent: boolean }) => Promise<Fault[]>
  /** A warm start against the approaches that it learns from. Pointers are relative to the approach. */
  checkWarmStart: (child: {
    spec: ApproachSpec
    split: SplitSpec
    /** Of the data set. */
    fingerprint: string | undefined
  }) => Promise<Fault[]>
  /** Why the images of a manifest cannot be dealt as asked. Pointers are from the root of the spec. */
  checkDeal: (manifest: StoredObject, split: SplitSpec) => Promise<Fault[]>
  /** The worst that the experiment can cost, where that is above its budget. */
  checkBudget: (spec: ExperimentSpec) => Promise<Fault[]>
  /** Why another attempt of an approach does not fit into what is left of the experiment's budget; undefined where it does. */
  checkRetryBudget: (record: ExperimentRecord, approachId: string) => Promise<string | undefined>
  /** Prices of the day, and what the plan expects at them; kept with the experiment. */
  estimate: (input: { spec: ExperimentSpec; dataset: { record: DatasetRecord; check: DatasetCheck } }) => Promise<Kept>
  /** What the experiment would create, take and cost. Changes nothing; throws IdempotencyMismatch as an acceptance would. */
  plan: (input: {
    spec: ExperimentSpec
    dataset: { record: DatasetRecord; check: DatasetCheck }
    idempotencyKey?: string
    keyOwner?: string
    /** Whether to show every request body. */
    bodies: boolean
  }) => Promise<Plan>
  presets: readonly Preset[]
  /** Trials of a tuning job that has not ended, oldest first, as the cloud tells them now; none where there is no such job. */
  liveTrials: (tuningJobName: string) => Promise<LiveTrial[]>
  /** Lines of a training job's log, oldest first. Without a job name: the job of the newest attempt. */
  logs: (
    experimentId: string,
    approachId: string,
    jobName: string | undefined,
    options: { limit: number; nextToken?: string },
  ) => Promise<{ lines: { at: string; message: string }[]; nextToken: string | null }>
  queues: readonly BoardQueue[]
  /** One pass over what the cloud still has of this installation; removes nothing in a dry run. */
  cleanUp: (dryRun: boolean) => Promise<Cleanup>
}
