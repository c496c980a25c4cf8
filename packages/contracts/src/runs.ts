import { z } from 'zod'
import { approachIdSchema, experimentIdSchema, timeSchema } from './ids.ts'

const trainedTrialSchema = z.object({
  instanceType: z.string(),
  instanceCount: z.int(),
  billableSeconds: z.number(),
  /** Of the billable seconds, those outside the algorithm: fetching data and image, storing the model. Absent where the cloud did not tell. */
  overheadSeconds: z.number().optional(),
  epochs: z.number(),
})

/** `runs/<environment>/<family>/<reversed time>-….json`: how long an approach took, for the plans of later ones. Written once when its experiment ends. */
export const runRecordSchema = z.object({
  writer: z.string(),
  experimentId: experimentIdSchema,
  approachId: approachIdSchema,
  at: timeSchema,
  environment: z.enum(['local', 'aws']),
  /** The recipe with what it trains (see `familyOf`): runs of one family are comparable. */
  family: z.string(),
  /** As they were sent, without tuned ones. */
  hyperparameters: z.record(z.string(), z.string()),
  trainImages: z.int(),
  maxTrials: z.int(),
  /** Trials at a time. */
  parallel: z.int(),
  /** Those that completed. */
  trials: z.array(trainedTrialSchema),
  /** From the creation of the training or tuning job to its end. */
  trainWallSeconds: z.number(),
  /** Absent where no endpoint answered images. */
  endpoint: z
    .object({
      instanceType: z.string(),
      maxConcurrency: z.int(),
      /** From creation to deletion. */
      seconds: z.number(),
      /** From the first request to the last answer. */
      busySeconds: z.number(),
      /** Images that it answered. */
      images: z.int(),
    })
    .optional(),
})
export type RunRecord = z.infer<typeof runRecordSchema>
