import type {
  ApproachSpec,
  ChannelLayout,
  DatasetCheck,
  DatasetRecord,
  ExperimentSpec,
  Outcome,
  StageName,
} from '@assay/contracts'

/** Everything the ledger says of one attempt of an approach. */
export interface ApproachRecord {
  id: string
  /** Place in the spec, from 0. */
  index: number
  spec: ApproachSpec
  attempt: number
  /** When its teardown began; after that nothing may be created under its names. */
  closed: boolean
  train?: Outcome<'train'> | Outcome<'tune'>
  deploy?: Outcome<'deploy'>
  /** By shard number. */
  infer: ReadonlyMap<number, Outcome<'infer'>>
  evaluate?: Outcome<'evaluate'>
  teardown?: Outcome<'teardown'>
}

/** An experiment as folded from its documents. */
export interface ExperimentRecord {
  id: string
  createdAt: string
  spec: ExperimentSpec
  dataset: { record: DatasetRecord; check: DatasetCheck }
  installation: string
  environment: 'local' | 'aws'
  cancelRequestedAt?: string
  split?: Outcome<'split'>
  prepare: ReadonlyMap<ChannelLayout, Outcome<'prepare'>>
  /** In the order of the spec; each the newest attempt. */
  approaches: readonly ApproachRecord[]
  report?: Outcome<'report'>
  /** Terminal outcomes so far, oldest first; a retry after the end adds one. */
  finishes: readonly Outcome<'finish'>[]
}

/** Stages of the experiment as a whole; the others belong to an approach. */
export const experimentStages: readonly StageName[] = ['split', 'prepare', 'report', 'finish']
