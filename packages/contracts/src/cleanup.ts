import { z } from 'zod'
import { timeSchema } from './ids.ts'

/**
 * What became of an orphan: `found` in a dry run; `removed`: the cloud has accepted its deletion or, for a job, its stop; `pending`: it
 * cannot be removed just now, such as an endpoint that is still being made; `denied`: our credentials may not; `failed`: any other error.
 */
export const orphanOutcomes = ['found', 'removed', 'pending', 'denied', 'failed'] as const

export const orphanSchema = z.object({
  /** `<kind>/<name>`. */
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  status: z.string().optional(),
  createdAt: timeSchema,
  /** Why nobody needs it any more. */
  reason: z.string(),
  outcome: z.enum(orphanOutcomes),
  /** The cloud's words where it refused. */
  detail: z.string().optional(),
})
export type Orphan = z.infer<typeof orphanSchema>

/** What POST /v1/cleanup found and did. */
export const cleanupSchema = z.object({
  dryRun: z.boolean(),
  /** Resources of the name prefix that were looked at: orphans, those of living attempts, those too young to judge, those of others. */
  looked: z.object({ orphans: z.int(), living: z.int(), young: z.int(), foreign: z.int() }),
  orphans: z.array(orphanSchema),
})
export type Cleanup = z.infer<typeof cleanupSchema>
