import {
  approachIdSchema,
  curveSchema,
  datasetIdSchema,
  datasetViewSchema,
  experimentIdSchema,
  experimentSummarySchema,
  experimentViewSchema,
  pageOf,
  problemSchema,
  sha256Schema,
  timeSchema,
} from '@assay/contracts'
import { z } from 'zod'

export const experimentParams = z.object({ id: experimentIdSchema })
export const approachParams = z.object({ id: experimentIdSchema, approachId: approachIdSchema })
export const datasetParams = z.object({ id: datasetIdSchema })
export const sourceParams = z.object({ sha256: sha256Schema })

/** 1–200. (Default: 50) */
const limitSchema = z.coerce.number().pipe(z.int().min(1).max(200)).default(50)
const cursorSchema = z.string().min(1).max(2048)
export const pageQuery = z.strictObject({ limit: limitSchema, cursor: cursorSchema.optional() })

/** Operations without a body take none, or an empty object. */
export const noBody = z.strictObject({}).nullish()

/** Answer to a submission: where to look. */
export const acceptedSchema = experimentViewSchema.pick({ id: true, state: true, links: true })

export const datasetPageSchema = pageOf(datasetViewSchema)
export const experimentPageSchema = pageOf(experimentSummarySchema)

export const metricsSchema = z.object({
  approachId: approachIdSchema,
  /** Name of the trial that the curves belong to; null before training ended. */
  trial: z.string().nullable(),
  curves: z.array(curveSchema),
})

/** COCO results; boxes as [x, y, width, height] in px. */
export const predictionsSchema = z.array(
  z.object({
    image_id: z.int(),
    category_id: z.int(),
    bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    score: z.number(),
  }),
)

export const logPageSchema = pageOf(z.object({ at: timeSchema, message: z.string() }))

export const presetsSchema = pageOf(
  z.object({
    id: z.string(),
    title: z.string(),
    description: z.string(),
    /** An experiment's body without `name` and `dataset`. */
    spec: z.looseObject({}),
  }),
)

/** Problems carry extension members where they help, such as the state that stands in the way. */
export const problemAnswerSchema = problemSchema.extend({ state: z.string().optional() })
