import { z } from 'zod'
import { approachIdSchema, experimentIdSchema } from './ids.ts'
import { objectiveSchema } from './metric.ts'

/** Hyperparameters as the algorithm takes them: names and values, which travel to SageMaker as strings. */
export const hyperparameterNameSchema = z
  .string()
  .regex(
    /^(?!sagemaker_|_tuning_objective_metric$)[A-Za-z0-9_.-]{1,256}$/,
    'a hyperparameter name: at most 256 letters, digits, ., _ and -; names that start with sagemaker_ are reserved',
  )

/** SageMaker takes no more hyperparameters a tuning job varies. */
const MAX_RANGES = 30

const numericRange = (type: 'continuous' | 'integer') =>
  z
    .strictObject({
      type: z.literal(type),
      min: type === 'integer' ? z.int() : z.number(),
      max: type === 'integer' ? z.int() : z.number(),
      scale: z.enum(['auto', 'linear', 'logarithmic', 'reverse-logarithmic']).default('auto'),
    })
    .superRefine(({ min, max, scale }, context) => {
      const fault = (path: 'min' | 'max' | 'scale', message: string) =>
        context.addIssue({ code: 'custom', path: [path], message })
      if (!(min < max)) fault('max', `${max} met, more than min (${min}) needed`)
      if (scale === 'logarithmic' && min <= 0) fault('min', `${min} met, above 0 needed for a logarithmic scale`)
      if (scale !== 'reverse-logarithmic') return
      if (type === 'integer') fault('scale', 'reverse-logarithmic met, which only continuous ranges can have')
      if (min < 0) fault('min', `${min} met, at least 0 needed for a reverse-logarithmic scale`)
      if (max >= 1) fault('max', `${max} met, below 1 needed for a reverse-logarithmic scale`)
    })

const rangeSchema = z.union([
  numericRange('continuous'),
  numericRange('integer'),
  z.strictObject({
    type: z.literal('categorical'),
    values: z
      .array(z.string().max(256))
      .min(1)
      .max(30)
      .refine((values) => new Set(values).size === values.length, 'each value once'),
  }),
])
export type HyperparameterRange = z.infer<typeof rangeSchema>

const approachPathSchema = z
  .string()
  .regex(/^[a-z2-7]{13}\/[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'an experiment’s id, a slash and an approach’s id')

const warmStartSchema = z.strictObject({
  /** Tuned approaches whose tuning has ended: `<experiment>/<approach>`. */
  from: z.array(approachPathSchema).min(1).max(5),
  /** `identical-data-and-algorithm` goes on with the same task, and an earlier trial may stay the best; `transfer-learning` learns from another. */
  mode: z.enum(['identical-data-and-algorithm', 'transfer-learning']),
})
export type WarmStart = z.infer<typeof warmStartSchema>

/** `<experiment>/<approach>` in two. */
export const parseApproachPath = (path: string): { experimentId: string; approachId: string } => {
  const [experimentId, approachId] = path.split('/')
  return { experimentId: experimentIdSchema.parse(experimentId), approachId: approachIdSchema.parse(approachId) }
}

export const tuningSpecSchema = z.strictObject({
  strategy: z.enum(['bayesian', 'random', 'grid', 'hyperband']).default('bayesian'),
  /** Trials in all; with grid search the number of combinations. */
  maxTrials: z.int().min(1).max(500),
  /** Trials at a time. */
  maxParallel: z.int().min(1).max(100),
  ranges: z
    .record(hyperparameterNameSchema, rangeSchema)
    .refine((ranges) => Object.keys(ranges).length > 0, 'at least one range')
    .refine((ranges) => Object.keys(ranges).length <= MAX_RANGES, `at most ${MAX_RANGES} ranges`),
  /** What the tuning job optimises. (Default: the recipe's own objective) */
  objective: objectiveSchema.optional(),
  earlyStopping: z.boolean().default(false),
  /** Hyperband alone: the least and the most epochs of a trial. (Default: 1, and the epochs that are set) */
  resource: z.strictObject({ min: z.int().min(1), max: z.int().min(1).max(20_000) }).optional(),
  /** Whichever comes first ends the tuning job before its last trial. */
  completeWhen: z
    .strictObject({
      /** The objective reaches this value. */
      objectiveReaches: z.number().optional(),
      /** So many trials brought no better one. */
      notImprovingTrials: z.int().min(3).optional(),
      /** SageMaker sees that further trials are unlikely to gain more than 1 %. */
      converged: z.boolean().optional(),
    })
    .refine((criteria) => Object.keys(criteria).length > 0, 'at least one criterion')
    .optional(),
  warmStart: warmStartSchema.optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
})
export type TuningSpec = z.infer<typeof tuningSpecSchema>
