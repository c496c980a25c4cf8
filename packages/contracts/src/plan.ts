import { z } from 'zod'
import { approachIdSchema, experimentIdSchema } from './ids.ts'
import { intentSchema } from './ledger.ts'
import { rateSchema, storageRateSchema } from './report.ts'
import { reusedFromSchema } from './stages.ts'

/** A figure that nobody can know beforehand: low ≤ expected ≤ high. */
export const spreadSchema = z.object({ low: z.number(), expected: z.number(), high: z.number() })
export type Spread = z.infer<typeof spreadSchema>

const microUsdSpreadSchema = z.object({ low: z.int(), expected: z.int(), high: z.int() })

export const planLineSchema = z.object({
  item: z.enum(['training', 'endpoint', 'storage']),
  /** Whose rate counts; null for storage. */
  instanceType: z.string().nullable(),
  /** Instance-seconds of all trials, or of the endpoint's life; of storage the seconds that the volume exists. */
  seconds: spreadSchema,
  /** Null where no price is known. */
  microUsd: microUsdSpreadSchema.nullable(),
})
export type PlanLine = z.infer<typeof planLineSchema>

/** A request that would create something, as it would be sent. */
export const plannedRequestSchema = z.object({ operation: z.string(), body: z.record(z.string(), z.unknown()) })
export type PlannedRequest = z.infer<typeof plannedRequestSchema>

/** Whether an earlier training takes the place of a new one. */
export const reusePlanSchema = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('off') }),
  z.object({ verdict: z.literal('hit'), from: reusedFromSchema }),
  z.object({
    verdict: z.literal('miss'),
    /** The earlier training that differs in the fewest fields, and in which, as in `hyperparameters.epochs`; absent where there is none. */
    nearest: z.object({ from: reusedFromSchema, differs: z.array(z.string()) }).optional(),
  }),
])
export type ReusePlan = z.infer<typeof reusePlanSchema>

export const approachPlanSchema = z.object({
  id: approachIdSchema,
  title: z.string(),
  recipe: z.string(),
  /** Training instance types in order of preference. */
  instanceTypes: z.array(z.string()),
  /** In order of preference. */
  endpointInstanceTypes: z.array(z.string()),
  reuse: reusePlanSchema,
  trials: z.int(),
  /** Trials at a time. */
  parallel: z.int(),
  /** What would be created in SageMaker, in order; the trials of a tuning job are named by SageMaker. */
  resources: z.array(intentSchema.pick({ kind: true, name: true })),
  /** Where they were asked for. */
  requests: z.array(plannedRequestSchema).optional(),
  /** Whether past runs of the recipe stand behind the figures. */
  basis: z.enum(['past-runs', 'assumptions']),
  /** What the figures rest on, in sentences. */
  assumptions: z.array(z.string()),
  lines: z.array(planLineSchema),
  /** Null where any price is unknown; `reason` says which. */
  microUsd: microUsdSpreadSchema.nullable(),
  /** Every trial until maxRunSeconds on the dearest type, the endpoint until deadlineHours; what a budget must hold. */
  worstCaseMicroUsd: z.int().nullable(),
  reason: z.string().nullable(),
  /** From the start of training until the last test image is answered. */
  wallSeconds: spreadSchema,
})
export type ApproachPlan = z.infer<typeof approachPlanSchema>

export const quotaVerdictSchema = z.object({
  instanceType: z.string(),
  use: z.enum(['training', 'hosting', 'transform']),
  /** The quota's name in Service Quotas. */
  name: z.string(),
  /** Instances that the experiment would run at a time. */
  needed: z.int(),
  /** Null where it could not be read. */
  limit: z.number().nullable(),
  verdict: z.enum(['enough', 'short', 'unknown']),
  detail: z.string(),
})
export type QuotaVerdict = z.infer<typeof quotaVerdictSchema>

export const planWarningSchema = z.object({
  /** A stable word. */
  code: z.string(),
  /** The approaches that it is about, in the order of the spec; none where it is about the experiment. */
  approachIds: z.array(approachIdSchema),
  message: z.string(),
})
export type PlanWarning = z.infer<typeof planWarningSchema>

/** What an experiment would do and cost. Making one changes nothing anywhere. */
export const planSchema = z.object({
  /** The id that the Idempotency-Key gives; null without one, then names carry `{id}` in its place. */
  experimentId: experimentIdSchema.nullable(),
  environment: z.enum(['local', 'aws']),
  region: z.string(),
  images: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  approaches: z.array(approachPlanSchema),
  /** Sums over the approaches; null where one of them has none. */
  microUsd: microUsdSpreadSchema.nullable(),
  worstCaseMicroUsd: z.int().nullable(),
  /** The slowest approach: they run side by side. */
  wallSeconds: spreadSchema,
  budget: z.object({ maxUsd: z.number() }).nullable(),
  quotas: z.array(quotaVerdictSchema),
  rates: z.array(rateSchema),
  storageRate: storageRateSchema.nullable(),
  warnings: z.array(planWarningSchema),
})
export type Plan = z.infer<typeof planSchema>
