import { z } from 'zod'

/** Settings of a JumpStart detector beside those of every approach. */
export const jumpStartFields = {
  modelId: z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/)
    .max(128),
  /** A version, `*` for the newest, or a prefix such as `1.*`. (Default: *) */
  modelVersion: z
    .string()
    .regex(/^(\*|\d+(\.\d+){0,2}(\.\*)?)$/)
    .default('*'),
  /** Use a model although AWS has deprecated it, or names weaknesses of its image. (Default: false) */
  allowDeprecated: z.boolean().default(false),
}
