import { z } from 'zod'
import { approachIdSchema, datasetIdSchema, displayNameSchema } from './ids.ts'
import { containerFields } from './recipes/container.ts'
import { jumpStartFields } from './recipes/jumpstart.ts'
import { pytorchScriptFields } from './recipes/pytorch-script.ts'
import { objectDetectionFields } from './recipes/sagemaker-object-detection.ts'
import { hyperparameterNameSchema, tuningSpecSchema } from './tuning.ts'

const minutesSchema = z.number().positive().max(43_200)
const shareSchema = z.number().positive().lt(1)

export const groupBySchema = z.union([
  z.strictObject({ file: z.string().min(1).max(200) }),
  z.strictObject({ field: z.string().min(1).max(64) }),
])

export const splitSpecSchema = z
  .strictObject({
    train: shareSchema.default(0.64),
    validation: shareSchema.default(0.16),
    test: shareSchema.default(0.2),
    /** Fixes which image goes where. (Default: 100, the study's) */
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(100),
    /**
     * Images of one group (a film, a part, a patient) are never on two sides. `file`: an RE2 pattern on an image's path in the data set, whose
     * captures name the group. `field`: a field of the image's entry in a COCO file, or `folder` of a Pascal VOC file.
     */
    groupBy: groupBySchema.optional(),
    /** Whether images that look alike are kept on one side. (Default: keep, where they fall) */
    nearDuplicates: z.enum(['keep', 'together']).default('keep'),
  })
  .superRefine(({ train, validation, test }, context) => {
    const sum = train + validation + test
    if (Math.abs(sum - 1) > 1e-9)
      context.addIssue({ code: 'custom', message: `shares sum to ${+sum.toFixed(9)}, 1 needed`, path: [] })
  })
export type SplitSpec = z.infer<typeof splitSpecSchema>

const instanceTypeSchema = z
  .string()
  .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'a SageMaker instance type such as ml.g4dn.xlarge')

/** In order of preference: where the first cannot be had, the next is taken. */
const instanceTypesSchema = z
  .array(instanceTypeSchema)
  .min(1)
  .max(5)
  .superRefine((types, context) => {
    for (const [index, type] of types.entries())
      if (types.indexOf(type) < index)
        context.addIssue({ code: 'custom', path: [index], message: `${type} is in the list already; each type once` })
  })

const hyperparameterValueSchema = z.union([z.string().max(2500), z.number(), z.boolean()])
const hyperparametersSchema = z.record(hyperparameterNameSchema, hyperparameterValueSchema)

/** Whether an earlier training with the same content may take the place of a new one. */
const reuseSchema = z.enum(['auto', 'never']).default('auto')

const common = {
  id: approachIdSchema,
  /** For people. (Default: the id) */
  title: z.string().min(1).max(80).optional(),
  reuse: reuseSchema,
  /** Train on spare capacity: cheaper, but an instance may be taken away; the job then starts again, from its checkpoint where the recipe has one. */
  spot: z
    .strictObject({
      /** Training and waiting for capacity together; at least maxRunSeconds. */
      maxWaitSeconds: z.int().min(60).max(2_419_200),
    })
    .optional(),
  /** Training instance types. (Default: the recipe's) */
  instanceTypes: instanceTypesSchema.optional(),
  /** What an exceeded account quota of an instance type means: wait until it is free, or go on to the next type as for one without capacity. */
  onQuota: z.enum(['wait', 'next-type']).default('wait'),
  volumeGb: z.int().min(1).max(16384).default(50),
  /** The cloud stops a training job (each trial) after this. */
  maxRunSeconds: z.int().min(60).max(2_419_200).default(36_000),
  hyperparameters: hyperparametersSchema.default({}),
  /** With it the approach is tuned; without it, trained once. */
  tuning: tuningSpecSchema.optional(),
  /** How the images are answered: by an endpoint that is made, asked and removed, or by one batch transform job over all of them. */
  inference: z.enum(['endpoint', 'transform']).default('endpoint'),
  /** What the endpoint, or the transform job, runs on. */
  endpoint: z
    .strictObject({
      instanceTypes: instanceTypesSchema.default(['ml.m5.xlarge']),
      /** Requests in flight to the model at most, over all workers. */
      maxConcurrency: z.int().min(1).max(64).default(4),
    })
    .prefault({}),
}

/** Settings that every recipe's approaches have; the others say what is trained. */
export const commonApproachFields: readonly string[] = Object.keys(common)

const approach = <Name extends string, Fields extends z.ZodRawShape>(recipe: Name, fields: Fields) =>
  z.strictObject({ recipe: z.literal(recipe), ...common, ...fields })

/** One way to get a trained model: a recipe and its settings. A new recipe is a new member of this union (docs/recipes.md). */
export const approachSpecSchema = z.discriminatedUnion('recipe', [
  approach('sagemaker-object-detection', objectDetectionFields),
  approach('jumpstart', jumpStartFields),
  approach('pytorch-script', pytorchScriptFields),
  approach('container', containerFields),
])
export type ApproachSpec = z.infer<typeof approachSpecSchema>
export type RecipeName = ApproachSpec['recipe']
export type ApproachOf<Name extends RecipeName> = Extract<ApproachSpec, { recipe: Name }>

/** What the algorithm is: the recipe and its own settings, without those that every approach has. */
export const algorithmOf = (spec: ApproachSpec): Record<string, unknown> =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => !Object.hasOwn(common, name)))

/** Body of POST /v1/experiments. */
export const experimentSpecSchema = z
  .strictObject({
    name: displayNameSchema,
    dataset: datasetIdSchema,
    split: splitSpecSchema.prefault({}),
    approaches: z.array(approachSpecSchema).min(1).max(20),
    /** The only source of chance besides the split's: tuning proposals, bootstrap resamples, picture choice. (Default: 100) */
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(100),
    inference: z
      .strictObject({
        /** Test images a shard. */
        shardImages: z.int().min(10).max(200).default(60),
        /** Predictions kept per image, best first. */
        maxDetections: z.int().min(1).max(100).default(100),
      })
      .prefault({}),
    /** `never` counts for all approaches. */
    reuse: reuseSchema,
    budget: z.strictObject({ maxUsd: z.number().positive() }).optional(),
    /** Whatever has not ended by then is stopped and torn down. */
    deadlineHours: z.number().positive().max(720).default(96),
    /** The same for each run of a stage, an infer shard counting as one. Waits for quota, credentials and outages do not count. Trainings end by maxRunSeconds, unless given here. */
    stageDeadlineMinutes: z
      .strictObject({
        split: minutesSchema.default(120),
        prepare: minutesSchema.default(240),
        train: minutesSchema.optional(),
        tune: minutesSchema.optional(),
        deploy: minutesSchema.default(60),
        infer: minutesSchema.default(120),
        evaluate: minutesSchema.default(120),
      })
      .prefault({}),
  })
  .superRefine(({ approaches }, context) => {
    const seen = new Map<string, number>()
    for (const [index, { id }] of approaches.entries()) {
      const first = seen.get(id)
      if (first === undefined) seen.set(id, index)
      else
        context.addIssue({
          code: 'custom',
          path: ['approaches', index, 'id'],
          message: `"${id}" is the id of /approaches/${first} already; ids must differ`,
        })
    }
  })
export type ExperimentSpec = z.infer<typeof experimentSpecSchema>
/** The same before defaults are filled in: what a user writes. */
export type ExperimentSpecInput = z.input<typeof experimentSpecSchema>
