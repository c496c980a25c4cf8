import { z } from 'zod'
import { costMeterSchema } from './cost.ts'
import { experimentSpecSchema } from './experiment.ts'
import { approachIdSchema, datasetIdSchema, experimentIdSchema, timeSchema } from './ids.ts'
import {
  finishOutputSchema,
  reasonSchema,
  splitOutputSchema,
  stageNames,
  trainOutputSchema,
  trialSchema,
  waitSchema,
} from './stages.ts'

export const experimentStates = [
  'running',
  'canceling',
  'cleaning-up',
  'succeeded',
  'partially_succeeded',
  'failed',
  'canceled',
] as const
export type ExperimentState = (typeof experimentStates)[number]
export const terminalStates: readonly ExperimentState[] = ['succeeded', 'partially_succeeded', 'failed', 'canceled']

export const stageStates = [
  'pending',
  'queued',
  'running',
  'waiting',
  'retrying',
  'succeeded',
  'failed',
  'skipped',
  'canceled',
] as const
export type StageState = (typeof stageStates)[number]

/** Live progress of a delivery, kept in Redis only. */
export const progressSchema = z.object({
  state: z.enum(['running', 'waiting', 'retrying']),
  /** Short sentence: what it does or waits for. */
  message: z.string(),
  /** Since when it does or waits for this. */
  since: timeSchema,
  /** Where it waits: whether the cloud works on it meanwhile, so that nothing stands in the way. */
  inCloud: z.boolean().optional(),
  /** When it looks next, where it waits. */
  nextLookAt: timeSchema.optional(),
  /** When it fails unless it has ended; moves on while it waits for quota, credentials or an outage. */
  deadlineAt: timeSchema.optional(),
  /** Where there is a denominator: epochs, trials, images. */
  done: z.number().optional(),
  total: z.number().optional(),
  unit: z.string().optional(),
})
export type Progress = z.infer<typeof progressSchema>

export const stageViewSchema = z.object({
  stage: z.enum(stageNames),
  part: z.string().optional(),
  state: z.enum(stageStates),
  progress: progressSchema.optional(),
  reason: reasonSchema.optional(),
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  tries: z.int().optional(),
  waits: z.array(waitSchema).optional(),
})
export type StageView = z.infer<typeof stageViewSchema>

/** Whether the stage only waits for what the cloud does as it should: not to be shown like one that something is in the way of. */
export const isInCloud = ({ state, progress }: StageView): boolean => state === 'waiting' && progress?.inCloud === true

export const approachStates = ['pending', 'running', 'succeeded', 'failed', 'canceled'] as const
export const approachViewSchema = z.object({
  id: approachIdSchema,
  title: z.string(),
  recipe: z.string(),
  attempt: z.int(),
  state: z.enum(approachStates),
  reason: reasonSchema.optional(),
  /** In the order of the work; infer is one row for all shards, progress counted in images. */
  stages: z.array(stageViewSchema),
  /** COCO mAP and AP50 once evaluated. */
  map: z.number().optional(),
  ap50: z.number().optional(),
})
export type ApproachView = z.infer<typeof approachViewSchema>

/** A trial of a tuning job that has not ended. */
export const liveTrialSchema = z.object({
  name: z.string(),
  /** As the cloud says it: InProgress, Completed, Failed, Stopping, Stopped. */
  status: z.string(),
  /** What this trial was given for the tuned hyperparameters. */
  hyperparameters: z.record(z.string(), z.string()),
  objective: z.number().optional(),
  /** The best so far. */
  best: z.boolean(),
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  failureReason: z.string().optional(),
})
export type LiveTrial = z.infer<typeof liveTrialSchema>

/** An approach with everything that its training told. */
export const approachDetailSchema = approachViewSchema.extend({
  experimentId: experimentIdSchema,
  jobName: z.string().optional(),
  /** Name of the trial whose model is used. */
  best: z.string().optional(),
  /** That trial where a warm start took it from an earlier tuning job. */
  inherited: trainOutputSchema.shape.inherited,
  objective: trainOutputSchema.shape.objective,
  actual: trainOutputSchema.shape.actual,
  /** Once training has ended. */
  trials: z.array(trialSchema),
  /** Since when its tuning job is to stop and go on with the best trial so far. */
  tuningStopRequestedAt: timeSchema.optional(),
  /** While a tuning job runs. */
  liveTrials: z.array(liveTrialSchema),
  links: z.object({ self: z.string(), metrics: z.string(), predictions: z.string(), logs: z.string() }),
})
export type ApproachDetail = z.infer<typeof approachDetailSchema>

/** An experiment as the API shows it. */
export const experimentViewSchema = z.object({
  id: experimentIdSchema,
  name: z.string(),
  state: z.enum(experimentStates),
  environment: z.enum(['local', 'aws']),
  datasetId: datasetIdSchema,
  createdAt: timeSchema,
  endedAt: timeSchema.optional(),
  cancelRequestedAt: timeSchema.optional(),
  reason: reasonSchema.optional(),
  /** Stages of the experiment itself: split, prepare (a row a layout), report, finish. */
  stages: z.array(stageViewSchema),
  approaches: z.array(approachViewSchema),
  /** Present once the images are split. */
  split: splitOutputSchema.pick({ images: true, grouping: true }).optional(),
  outcome: finishOutputSchema.optional(),
  /** Absent where it could not be read just now. */
  cost: costMeterSchema.optional(),
  spec: experimentSpecSchema,
  links: z.object({ self: z.string(), events: z.string(), report: z.string(), page: z.string() }),
})
export type ExperimentView = z.infer<typeof experimentViewSchema>

export const experimentSummarySchema = experimentViewSchema
  .pick({ id: true, name: true, state: true, datasetId: true, createdAt: true, endedAt: true })
  .extend({
    approaches: z.array(z.object({ id: approachIdSchema, state: z.enum(approachStates), map: z.number().optional() })),
  })
export type ExperimentSummary = z.infer<typeof experimentSummarySchema>

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** What GET …/events sends: `snapshot` first (also whenever the stream's epoch changed), then a `stage` per change, `cost` now and then, `state` when the experiment's state changes. */
export const experimentEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), experiment: experimentViewSchema }),
  z.object({
    type: z.literal('stage'),
    at: timeSchema,
    approachId: approachIdSchema.optional(),
    stage: stageViewSchema,
  }),
  z.object({ type: z.literal('cost'), at: timeSchema, cost: costMeterSchema }),
  z.object({ type: z.literal('state'), at: timeSchema, state: z.enum(experimentStates) }),
])
export type ExperimentEvent = z.infer<typeof experimentEventSchema>

/** RFC 9457 problem details, with every fault of the body by JSON pointer. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})
export type Problem = z.infer<typeof problemSchema>
