import type { ApproachView, ExperimentState, StageName, StageState } from '@assay/contracts'

/** Every state that something on a page can be in. */
export type ShownState =
  | StageState
  | ExperimentState
  | ApproachView['state']
  | 'in-cloud'
  | 'uploading'
  | 'checking'
  | 'ready'
  | 'rejected'

/** How a state looks: which colour and icon it shares with others. */
export type Look = 'idle' | 'queued' | 'busy' | 'waiting' | 'good' | 'mixed' | 'bad' | 'off'

export const looks = {
  pending: 'idle',
  queued: 'queued',
  running: 'busy',
  'in-cloud': 'busy',
  waiting: 'waiting',
  retrying: 'waiting',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'off',
  canceled: 'off',
  canceling: 'waiting',
  'cleaning-up': 'busy',
  partially_succeeded: 'mixed',
  uploading: 'waiting',
  checking: 'busy',
  ready: 'good',
  rejected: 'bad',
} as const satisfies Record<ShownState, Look>

/** By what SageMaker says of a training job. */
export const trialLooks: Readonly<Partial<Record<string, Look>>> = {
  InProgress: 'busy',
  Completed: 'good',
  Failed: 'bad',
  Stopping: 'waiting',
  Stopped: 'off',
}

export const stateWords = {
  pending: 'pending',
  queued: 'queued',
  running: 'running',
  'in-cloud': 'in the cloud',
  waiting: 'waiting',
  retrying: 'retrying',
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  canceled: 'canceled',
  canceling: 'canceling',
  'cleaning-up': 'cleaning up',
  partially_succeeded: 'partly succeeded',
  uploading: 'uploading',
  checking: 'checking',
  ready: 'ready',
  rejected: 'rejected',
} as const satisfies Record<ShownState, string>

export const stageWords = {
  split: 'Split',
  prepare: 'Prepare',
  train: 'Train',
  tune: 'Tune',
  deploy: 'Deploy',
  infer: 'Infer',
  evaluate: 'Evaluate',
  teardown: 'Tear down',
  report: 'Report',
  finish: 'Clean up',
} as const satisfies Record<StageName, string>
