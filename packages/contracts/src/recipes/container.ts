import { z } from 'zod'
import { channelLayouts } from '../channel-layouts.ts'
import { metricSchema, objectiveSchema } from '../metric.ts'
import { responseFormatSchema } from '../response-format.ts'

const imageUriSchema = z
  .string()
  .max(255)
  .regex(
    /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._-]+)+(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})?$/,
    'an image URI such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/name:tag',
  )

const environmentSchema = z
  .record(
    z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,511}$/, 'a variable name: letters, digits and _'),
    z.string().max(512),
  )
  .default({})

/** Settings of any container that keeps SageMaker's contract, beside those of every approach. */
export const containerFields = {
  trainingImage: imageUriSchema,
  /** (Default: the training image) */
  servingImage: imageUriSchema.optional(),
  channels: z.strictObject({
    layout: z.enum(channelLayouts),
    /** Other names for the layout's channels, by the layout's own: `{ training: train }`. */
    names: z
      .record(
        z.string(),
        z
          .string()
          .min(1)
          .max(64)
          .regex(/^[A-Za-z0-9._-]+$/, 'a channel name: letters, digits, ., _ and -'),
      )
      .default({}),
    /** (Default: File; Pipe for an augmented manifest, which SageMaker takes no other way) */
    inputMode: z.enum(['File', 'FastFile', 'Pipe']).optional(),
  }),
  metrics: z.array(metricSchema).min(1).max(40),
  /** What a tuning job optimises, and what curves are judged by: one of `metrics`. */
  objective: objectiveSchema,
  /** Environment of the training container, and of the serving container. */
  environment: environmentSchema,
  servingEnvironment: environmentSchema,
  /** Its program writes checkpoints to /opt/ml/checkpoints and goes on from what it finds there. */
  checkpoints: z.boolean().default(false),
  networkIsolation: z.boolean().default(false),
  response: responseFormatSchema,
}
