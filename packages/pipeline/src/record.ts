import type {
  Accepted,
  ApproachSpec,
  ChannelLayout,
  DatasetCheck,
  DatasetRecord,
  ExperimentSpec,
  Intent,
  Outcome,
  Prices,
  StageName,
} from '@assay/contracts'

/** Everything the ledger says of one attempt of an approach. */
export interface ApproachRecord {
  id: string
  /** Place in the spec, from 0. */
  index: number
  spec: ApproachSpec
  attempt: number
  /** When it was asked for or began by itself; absent for the first. */
  beganAt?: string
  /** The first instance type that this attempt asks for, where the attempt before was refused those ahead of it. */
  firstInstanceType?: string
  /** The same of the types that a transform job runs on. */
  firstHostingType?: string
  /** When its teardown began: nothing may be created under its names any more. */
  closedAt?: string
  /** Since when its tuning job is to stop and the best trial so far be used. */
  tuningStopRequestedAt?: string
  intents: readonly Intent[]
  /** The attempt's own, or that of the latest earlier attempt that succeeded. */
  train?: Outcome<'train'> | Outcome<'tune'>
  deploy?: Outcome<'deploy'>
  /** Shards of the test images, by number. One that failed ends the approach. */
  infer: ReadonlyMap<number, Outcome<'infer'>>
  /** Shards of the validation images, by number. One that failed costs the approach its threshold, nothing else. */
  inferValidation: ReadonlyMap<number, Outcome<'infer'>>
  evaluate?: Outcome<'evaluate'>
  teardown?: Outcome<'teardown'>
}

/** An experiment as folded from its documents. */
export interface ExperimentRecord {
  id: string
  createdAt: string
  spec: ExperimentSpec
  specSha256: string
  dataset: { record: DatasetRecord; check: DatasetCheck }
  installation: string
  environment: 'local' | 'aws'
  /** As they were when it was accepted. */
  prices?: Prices
  /** What its plan expected of each approach. */
  expected?: Accepted['expected']
  cancelRequestedAt?: string
  split?: Outcome<'split'>
  prepare: ReadonlyMap<ChannelLayout, Outcome<'prepare'>>
  /** In the order of the spec; each the newest attempt. */
  approaches: readonly ApproachRecord[]
  /** Attempts that somebody asked for so far. */
  retries: number
  /** Earlier attempts, whose resources must be gone too. */
  earlierAttempts: readonly ApproachRecord[]
  /** The report and the terminal outcome of the current round; a retry after the end begins a new round. */
  round: number
  report?: Outcome<'report'>
  finish?: Outcome<'finish'>
}

/** Stages of the experiment as a whole; the others belong to an approach. */
export const experimentStages: readonly StageName[] = ['split', 'prepare', 'report', 'finish']
