import { z } from 'zod'
import { tuningSpecSchema } from './tuning.ts'
import { channelLayouts } from './channel-layouts.ts'
import { approachIdSchema, experimentIdSchema, sha256Schema, timeSchema } from './ids.ts'
import { trainOutputSchema } from './stages.ts'

const textsSchema = z.record(z.string(), z.string())

/** All that a trained model depends on. Where they lie, what jobs are called and how long they may take are no part of it. */
export const trainingFieldsSchema = z.object({
  recipe: z.string(),
  image: z.string(),
  inputMode: z.string(),
  /** By name. */
  metricDefinitions: textsSchema,
  networkIsolation: z.boolean(),
  environment: textsSchema,
  hyperparameters: textsSchema,
  /** With the objective and the seed that are really asked for; null where the approach is trained once. */
  tuning: tuningSpecSchema.nullable(),
  /** Of the data set: images, boxes and classes. */
  dataset: sha256Schema,
  layout: z.enum(channelLayouts),
  /** By channel: what it holds, as a hash where we prepared it, else as the address that its owner versions. */
  channels: z.record(z.string(), z.object({ content: z.string(), contentType: z.string().optional() })),
  /** Families of the instance types that are asked for, in order. */
  instanceFamilies: z.array(z.string()),
  spot: z.boolean(),
  seed: z.int(),
})
export type TrainingFields = z.infer<typeof trainingFieldsSchema>

/** `trained/<hash of the fields>/<experiment>-<approach>-<attempt>.json` in the ledger: a training that succeeded, for those who ask for the same. */
export const trainedSchema = z.object({
  writer: z.string(),
  fields: trainingFieldsSchema,
  experimentId: experimentIdSchema,
  approachId: approachIdSchema,
  attempt: z.int().min(1),
  trainedAt: timeSchema,
  output: trainOutputSchema,
})
export type Trained = z.infer<typeof trainedSchema>
