import type { StageName, StageRef } from '@assay/contracts'

export const queueNames = ['split', 'train', 'tune', 'infer', 'report', 'control'] as const
export type QueueName = (typeof queueNames)[number]

/** Which worker does which stage. */
export const queueOfStage = {
  split: 'split',
  prepare: 'split',
  train: 'train',
  tune: 'tune',
  deploy: 'infer',
  infer: 'infer',
  evaluate: 'report',
  report: 'report',
  teardown: 'control',
  finish: 'control',
} as const satisfies Record<StageName, QueueName>

/** BullMQ forbids colons; a dot occurs in none of the parts. */
export const jobIdOf = ({ experimentId, approachId, attempt, stage, part }: StageRef): string =>
  [experimentId, approachId, attempt, stage, part].filter((word) => word !== undefined).join('.')

/** What people read in Bull Board: `abcd… type-1 train`. */
export const jobNameOf = ({ experimentId, approachId, attempt, stage, part }: StageRef): string =>
  [experimentId, approachId, attempt !== undefined && attempt > 1 ? `attempt ${attempt}` : undefined, stage, part]
    .filter((word) => word !== undefined)
    .join(' ')
