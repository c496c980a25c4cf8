import { z } from 'zod'
import { datasetCheckSchema, datasetRecordSchema } from './dataset.ts'
import { expectedCostSchema } from './cost.ts'
import { experimentSpecSchema } from './experiment.ts'
import { experimentIdSchema, sha256Schema, timeSchema } from './ids.ts'
import { pricesSchema } from './report.ts'
import { trainingFieldsSchema } from './trained.ts'

/** `experiments/<id>/spec.json`: what was accepted. */
export const acceptedSchema = z.object({
  writer: z.string(),
  id: experimentIdSchema,
  createdAt: timeSchema,
  installation: z.string(),
  environment: z.enum(['local', 'aws']),
  spec: experimentSpecSchema,
  /** SHA-256 of the spec's canonical JSON; a tag of every resource. */
  specSha256: sha256Schema,
  dataset: z.object({ record: datasetRecordSchema, check: datasetCheckSchema }),
  /** Read at acceptance and never again, so that a report cannot change with the price list. */
  prices: pricesSchema.optional(),
  /** What the plan expected of each approach; the meter projects with it. */
  expected: z.array(expectedCostSchema).optional(),
})
export type Accepted = z.infer<typeof acceptedSchema>

/** `<approach>/<attempt>/resources/<kind>.json`: written before Create. */
export const intentSchema = z.object({
  writer: z.string(),
  kind: z.enum(['training-job', 'tuning-job', 'model', 'endpoint-config', 'endpoint', 'transform-job']),
  name: z.string(),
  /** Of a job: what its model will depend on, as it was when the job was asked for. */
  fields: trainingFieldsSchema.optional(),
  at: timeSchema,
})
export type Intent = z.infer<typeof intentSchema>

/** `cancel.json`, `<approach>/<attempt>/attempt.json`, `<approach>/<attempt>/stop-tuning.json` and `<approach>/<attempt>/closed.json`: only that they exist counts. */
export const markSchema = z.object({ writer: z.string(), at: timeSchema })
export type Mark = z.infer<typeof markSchema>

/** `retry-<n>.json`, n from 1 without gaps: somebody's asking begins the attempt. Whoever writes the next one has seen all before it. */
export const retrySchema = z.object({
  writer: z.string(),
  at: timeSchema,
  approachId: z.string(),
  attempt: z.int().min(2),
})
export type Retry = z.infer<typeof retrySchema>
