import { z } from 'zod'
import { approachIdSchema, experimentIdSchema } from './ids.ts'
import { reasonSchema, remainingSchema, trialSchema } from './stages.ts'

export const approachReportSchema = z.object({
  id: approachIdSchema,
  title: z.string(),
  recipe: z.string(),
  status: z.enum(['succeeded', 'failed', 'canceled']),
  reason: reasonSchema.nullable(),
  /** The 12 COCO numbers in COCO order; -1 where undefined; null where the approach was not evaluated. */
  stats: z.array(z.number()).length(12).nullable(),
  /** By category id. */
  perCategoryAP: z.record(z.string(), z.number()).nullable(),
  trainingCostUsd: z.number().nullable(),
  billableSeconds: z.number().nullable(),
  wallSeconds: z.number().nullable(),
  trials: z.array(trialSchema),
})
export type ApproachReport = z.infer<typeof approachReportSchema>

export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  experimentId: experimentIdSchema,
  environment: z.enum(['local', 'aws']),
  costBasis: z.string(),
  split: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  approaches: z.array(approachReportSchema),
  /** What the cloud itself still lists after teardown; null until that was checked. */
  cleanup: z.object({ remaining: z.array(remainingSchema) }).nullable(),
})
export type Report = z.infer<typeof reportSchema>
