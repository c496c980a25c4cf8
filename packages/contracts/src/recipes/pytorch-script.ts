import { z } from 'zod'
import { s3UriSchema } from '../ids.ts'
import { metricSchema, objectiveSchema } from '../metric.ts'
import { responseFormatSchema } from '../response-format.ts'

const shippedSourceSchema = z.enum(['ddn', 'torchvision'])
/** A source folder that ships with Assay. */
export type ShippedSource = z.infer<typeof shippedSourceSchema>

const anySource = z.union([shippedSourceSchema, s3UriSchema.regex(/[^/]\.tar\.gz$/)])
// One check with one fault: those of each member of a union would speak of what was not meant.
const sourceSchema = z.string().refine((source) => anySource.safeParse(source).success, {
  error: ({ input }) =>
    `${String(input)} met; ${shippedSourceSchema.options.join(', ')} or the s3:// address of a .tar.gz with the entry point at its top needed (assay plan and assay submit pack a folder)`,
})

export const DEFAULT_ENTRY_POINT = 'train.py'

/** Settings of a PyTorch script beside those of every approach. */
export const pytorchScriptFields = {
  /** A source folder that ships with Assay, or a .tar.gz of one's own in S3. (Default: ddn) */
  source: sourceSchema.default('ddn'),
  /** The script within the source that trains and serves. (Default: train.py) */
  entryPoint: z
    .string()
    .max(256)
    .regex(/^[\w-]+(\.[\w-]+)*\.py$/, 'a Python file at the top of the source, such as train.py')
    .default(DEFAULT_ENTRY_POINT),
  /** A file of pretrained weights in S3, for the script to find in channel `weights`; without it a shipped script fetches what it needs. */
  weights: s3UriSchema.regex(/[^/]$/, 'the s3:// address of a file').optional(),
  /** What an own script logs; the shipped one's metrics are known. */
  metrics: z.array(metricSchema).min(1).max(40).optional(),
  objective: objectiveSchema.optional(),
  /** What an own script answers when it serves; the shipped one's format is known, and is taken where none is given. */
  response: responseFormatSchema.optional(),
  frameworkVersion: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/)
    .default('2.6.0'),
}
