import { z } from 'zod'

const regexSchema = z
  .string()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    try {
      // With an empty alternative every regular expression matches, and shows how many groups it has.
      const groups = (new RegExp(`${text}|`).exec('')?.length ?? 1) - 1
      if (groups < 1)
        context.addIssue({ code: 'custom', message: 'no group met, one in parentheses around the value needed' })
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: `${error instanceof Error ? error.message : String(error)} met, a regular expression needed`,
      })
    }
  })

/** A metric that is read from a training job’s log. */
export const metricSchema = z.strictObject({
  name: z.string().min(1).max(255),
  /** Group 1 is the value; searched for in every line of the log. */
  regex: regexSchema,
})

/** What a tuning job optimises. */
export const objectiveSchema = z.strictObject({
  metric: z.string().min(1).max(255),
  direction: z.enum(['maximize', 'minimize']),
})
