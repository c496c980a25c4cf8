import { z } from 'zod'

/** Settings of a PyTorch script beside those of every approach. */
export const pytorchScriptFields = {
  /** A source folder that ships with Assay. */
  source: z.enum(['ddn']).default('ddn'),
  frameworkVersion: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/)
    .default('2.6.0'),
}
