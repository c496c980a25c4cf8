import { z } from 'zod'
import { billSchema } from './cost.ts'
import { type ChannelLayout, channelLayouts } from './channel-layouts.ts'
import {
  approachIdSchema,
  experimentIdSchema,
  s3UriSchema,
  sha256Schema,
  storedObjectSchema,
  timeSchema,
} from './ids.ts'

export const stageNames = [
  'split',
  'prepare',
  'train',
  'tune',
  'deploy',
  'infer',
  'evaluate',
  'teardown',
  'report',
  'finish',
] as const
export type StageName = (typeof stageNames)[number]

/** The data of a queue's job, and the place of a stage's outcome in the ledger. */
export const stageRefSchema = z.strictObject({
  experimentId: experimentIdSchema,
  stage: z.enum(stageNames),
  approachId: approachIdSchema.optional(),
  attempt: z.int().min(1).optional(),
  /** The channel layout of a prepare stage; the shard of an infer stage (`3` of the test images, `validation-0`); the round (from 1) of a report or finish stage. */
  part: z.string().optional(),
})
export type StageRef = z.infer<typeof stageRefSchema>

export const partNames = ['train', 'validation', 'test'] as const
export type PartName = (typeof partNames)[number]

/**
 * Parts of the split whose images each layout's training channel holds. A part that is not among them is at most what the algorithm picks its
 * checkpoint on.
 */
export const trainedPartsOf = {
  recordio: ['train'],
  // The algorithm takes one channel and holds back a share of it by itself.
  jumpstart: ['train', 'validation'],
  'voc-folders': ['train'],
  coco: ['train'],
  'image-json': ['train'],
  'augmented-manifest': ['train'],
} as const satisfies Record<ChannelLayout, readonly PartName[]>

const partCountsSchema = z.object({ train: z.int(), validation: z.int(), test: z.int() })

/** What a split kept on one side, and what that cost. */
export const splitGroupingSchema = z.object({
  /** Images of each part by the shares alone (largest remainder); differs from `images` where sets did not fit. */
  asked: partCountsSchema,
  /** Sets of more than one image that belong together: by group, as exact duplicates and, where asked for, by looks. */
  sets: z.int(),
  images: z.int(),
  largest: z.int(),
  /** Of the sets, those that lie in more than one part: exact duplicates that no exchange could unite, where nothing else was asked for. */
  apart: z.int(),
  /** Images without a group, where groups were asked for. */
  withoutKey: z.int(),
  /** Sets of images that look alike; `apart` counts those that lie in more than one part. */
  nearDuplicates: z.object({ sets: z.int(), images: z.int(), apart: z.int() }),
})
export type SplitGrouping = z.infer<typeof splitGroupingSchema>

export const splitOutputSchema = z.object({
  images: partCountsSchema,
  grouping: splitGroupingSchema,
  /** Boxes by part and category id. */
  boxes: z.record(z.enum(partNames), z.record(z.string(), z.int())),
  /** The split manifest (see splitManifestSchema). */
  manifest: storedObjectSchema,
})
export type SplitOutput = z.infer<typeof splitOutputSchema>

/** The frozen split: ids by part in ascending order, with each image's file and hash. */
export const splitManifestSchema = z.object({
  schemaVersion: z.literal(1),
  seed: z.int(),
  datasetFingerprint: sha256Schema,
  images: z.array(z.object({ id: z.int(), file: z.string(), sha256: sha256Schema, part: z.enum(partNames) })),
})
export type SplitManifest = z.infer<typeof splitManifestSchema>

export const channelSchema = z.object({
  name: z.string(),
  s3Uri: s3UriSchema,
  contentType: z.string().optional(),
  /** Present where `s3Uri` is an augmented manifest: the attributes of its lines that the algorithm reads, in order. */
  attributeNames: z.array(z.string()).optional(),
  images: z.int(),
  /** SHA-256 over the sorted hashes of the images in the channel. */
  contentSha256: sha256Schema,
})
export type Channel = z.infer<typeof channelSchema>

export const prepareOutputSchema = z.object({
  layout: z.enum(channelLayouts),
  channels: z.array(channelSchema),
  /** Category ids by class index: an algorithm's class i is the category classes[i]. */
  classes: z.array(z.int()),
  trainImages: z.int(),
  /** Image ids that the algorithm sees in training, whatever it does with them. */
  seenParts: z.array(z.enum(partNames)),
  /** Most objects in one image of a channel. */
  maxObjects: z.int(),
  /** [{id, sha256}] of every image in every channel, for the proof that no test image was trained on. */
  contents: storedObjectSchema,
})
export type PrepareOutput = z.infer<typeof prepareOutputSchema>
/** What can be said of the channels before they are written. */
export type PreparedChannels = Omit<PrepareOutput, 'contents'>

export const trialStatuses = ['Completed', 'Failed', 'Stopped'] as const

/** One training job as the cloud described it when it had ended. */
export const trialSchema = z.object({
  name: z.string(),
  status: z.enum(trialStatuses),
  secondaryStatus: z.string().optional(),
  instanceType: z.string(),
  instanceCount: z.int(),
  /** Seconds the cloud bills an instance for; absent where it never trained. */
  billableSeconds: z.number().optional(),
  trainingSeconds: z.number().optional(),
  /** It ran on spare capacity: billed for less than it trained. */
  spot: z.literal(true).optional(),
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  hyperparameters: z.record(z.string(), z.string()),
  /** Final value of what the tuning job optimises. */
  objective: z.number().optional(),
  failureReason: z.string().optional(),
  modelArtifact: s3UriSchema.optional(),
})
export type Trial = z.infer<typeof trialSchema>

export const curveSchema = z.object({
  metric: z.string(),
  points: z.array(z.object({ step: z.number(), value: z.number() })),
})
export type Curve = z.infer<typeof curveSchema>

/** What really ran, where the container says so (the local stand-ins do). */
export const actualSchema = z.object({
  network: z.string(),
  parameters: z.int().optional(),
  pretrainedOn: z.string().optional(),
  epochs: z.number().optional(),
})

/** The earlier training that took the place of a new one. */
export const reusedFromSchema = z.object({
  experimentId: experimentIdSchema,
  approachId: approachIdSchema,
  attempt: z.int(),
  trainedAt: timeSchema,
})
export type ReusedFrom = z.infer<typeof reusedFromSchema>

export const trainOutputSchema = z.object({
  /** The training or tuning job's name. */
  jobName: z.string(),
  kind: z.enum(['training', 'tuning']),
  trials: z.array(trialSchema),
  /** Name of the trial whose model is used. */
  best: z.string(),
  /** That trial where it is an earlier tuning job's, which a warm start could not better: not among `trials`, and not paid for here. */
  inherited: trialSchema.optional(),
  objective: z
    .object({ metric: z.string(), direction: z.enum(['maximize', 'minimize']), value: z.number().optional() })
    .optional(),
  modelArtifact: s3UriSchema,
  /** Training curves of the best trial. */
  curves: z.array(curveSchema),
  actual: actualSchema.optional(),
  wallSeconds: z.number(),
  /** Jobs, seconds and dollars are then that training's. */
  reusedFrom: reusedFromSchema.optional(),
  /** The Describe answers behind the bill, as JSON. */
  describes: storedObjectSchema,
})
export type TrainOutput = z.infer<typeof trainOutputSchema>

/** Where the images are answered: behind an endpoint, or in the objects that a transform job left. */
export const deployOutputSchema = z.object({
  endpointName: z.string().optional(),
  transform: z
    .object({
      jobName: z.string(),
      /** Key prefix in the bucket of the objects that hold the answers. Ends with a slash. */
      outputPrefix: z.string(),
    })
    .optional(),
  instanceType: z.string(),
  instanceCount: z.int(),
  createdAt: timeSchema,
  /** When the endpoint was in service, or the transform job began. */
  inServiceAt: timeSchema,
})
export type DeployOutput = z.infer<typeof deployOutputSchema>

export const inferOutputSchema = z.object({
  images: z.int(),
  predictions: z.int(),
  /** COCO results of the shard's images. */
  results: storedObjectSchema,
  /** Image ids that got no valid answer after all tries, with the reason. */
  failed: z.array(z.object({ imageId: z.int(), reason: z.string() })),
  /** Absent where a transform job answered before anybody waited. */
  latencyMs: z.object({ p50: z.number(), p95: z.number() }).optional(),
  /** The worker process that did it. */
  worker: z.string(),
})
export type InferOutput = z.infer<typeof inferOutputSchema>

export const evaluateOutputSchema = z.object({
  /** The 12 COCO numbers in COCO order; -1 where undefined. */
  stats: z.array(z.number()).length(12),
  /** By category id; -1 where undefined. */
  perCategoryAP: z.record(z.string(), z.number()),
  perCategoryAP50: z.record(z.string(), z.number()),
  perIouMap: z.array(z.number()).length(10),
  /** COCO results over all test images. */
  predictions: storedObjectSchema,
  /** COCO results over all validation images; absent where no threshold was chosen on them. */
  validationPredictions: storedObjectSchema.optional(),
  /** Curves, confusion matrix, error types, as JSON (packages/evaluation). */
  details: storedObjectSchema,
})
export type EvaluateOutput = z.infer<typeof evaluateOutputSchema>

export const teardownOutputSchema = z.object({
  deleted: z.array(z.object({ kind: z.string(), name: z.string() })),
  /** Seconds from the endpoint's creation to its deletion, or from the transform job's start to its end; absent where none was made. */
  endpointSeconds: z.number().optional(),
  endpointInstanceType: z.string().optional(),
  endpointDescribe: storedObjectSchema.optional(),
  /** Jobs of an attempt whose training did not succeed: they cost money all the same. */
  jobs: z.array(trialSchema).optional(),
})
export type TeardownOutput = z.infer<typeof teardownOutputSchema>

export const reportOutputSchema = z.object({
  /** Key prefix under which report.json and the files behind it lie. */
  prefix: z.string(),
  /** The numbers. HTML, Markdown and CSV are rendered from them when they are asked for (see packages/report, renderReport). */
  json: storedObjectSchema,
  /** Data URIs of the report's pictures by image id (see picturesFileSchema). */
  pictures: storedObjectSchema,
  files: z.array(z.object({ path: z.string(), object: storedObjectSchema })),
})
export type ReportOutput = z.infer<typeof reportOutputSchema>

export const remainingSchema = z.object({ kind: z.string(), name: z.string(), status: z.string().optional() })

export const finishOutputSchema = z.object({
  state: z.enum(['succeeded', 'partially_succeeded', 'failed', 'canceled']),
  /** The cloud's own listing by tag and name after teardown. */
  cleanup: z.object({ remaining: z.array(remainingSchema), checkedAt: timeSchema }),
  bill: billSchema,
})
export type FinishOutput = z.infer<typeof finishOutputSchema>

export interface StageOutputs {
  split: SplitOutput
  prepare: PrepareOutput
  train: TrainOutput
  tune: TrainOutput
  deploy: DeployOutput
  infer: InferOutput
  evaluate: EvaluateOutput
  teardown: TeardownOutput
  report: ReportOutput
  finish: FinishOutput
}

export const stageOutputSchemas = {
  split: splitOutputSchema,
  prepare: prepareOutputSchema,
  train: trainOutputSchema,
  tune: trainOutputSchema,
  deploy: deployOutputSchema,
  infer: inferOutputSchema,
  evaluate: evaluateOutputSchema,
  teardown: teardownOutputSchema,
  report: reportOutputSchema,
  finish: finishOutputSchema,
} satisfies { [Stage in StageName]: z.ZodType<StageOutputs[Stage]> }

/** What stands in the way from outside: waiting for it uses up neither a try nor a stage's time. */
export const troubleKinds = ['quota', 'credentials', 'outage'] as const
export type TroubleKind = (typeof troubleKinds)[number]

export const waitSchema = z.object({
  reason: z.string(),
  since: timeSchema,
  until: timeSchema,
  for: z.enum(troubleKinds).optional(),
})
export const reasonSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** The instance types up to this one were refused: the next attempt begins by itself, with this type first. */
  nextInstanceType: z.string().optional(),
})
export type Reason = z.infer<typeof reasonSchema>

/** What the ledger keeps of a stage that has ended. */
export const outcomeSchema = z.object({
  writer: z.string(),
  stage: z.enum(stageNames),
  status: z.enum(['succeeded', 'failed', 'skipped', 'canceled']),
  reason: reasonSchema.optional(),
  output: z.unknown().optional(),
  startedAt: timeSchema,
  endedAt: timeSchema,
  /** Tries in all, the first included; waiting uses up none. */
  tries: z.int(),
  waits: z.array(waitSchema),
  /** For the report and finish stages: the attempt of each approach that they cover. A later retry begins another round. */
  attempts: z.record(z.string(), z.int()).optional(),
})
export type Outcome<Stage extends StageName = StageName> = Omit<z.infer<typeof outcomeSchema>, 'output' | 'stage'> & {
  stage: Stage
  output?: StageOutputs[Stage]
}
