import { z } from 'zod'

/** Words with dots between: keys of objects, or places in lists from 0. `box.xmin`, `predictions.0.boxes`, `2`. */
const pathSchema = z
  .string()
  .max(200)
  .regex(/^[^.]+(\.[^.]+)*$/, 'a path: keys or list places with dots between, such as box.xmin')

/** Where an endpoint's JSON answer has its boxes, scores and labels. The request is always the image's bytes. */
export const responseFormatSchema = z.strictObject({
  /** Of the request. (Default: application/x-image) */
  contentType: z.string().min(1).max(1024).default('application/x-image'),
  accept: z.string().min(1).max(1024).default('application/json'),
  /**
   * How the answer is built: `rows`, one list with an item a detection, or `columns`, parallel lists of boxes, scores and labels.
   * The paths below begin at an item, or lead to the lists.
   */
  shape: z.enum(['rows', 'columns']),
  /** Where the list of rows, or the object with the columns, lies. (Default: the answer itself) */
  at: pathSchema.optional(),
  /** One path to a list of four numbers, or (rows only) four paths to a number each. */
  box: z.union([pathSchema, z.tuple([pathSchema, pathSchema, pathSchema, pathSchema])]),
  score: pathSchema,
  label: pathSchema,
  /** What the four numbers are: corners, corner and size, centre and size, or corners with y first. (Default: xyxy) */
  boxes: z.enum(['xyxy', 'xywh', 'cxcywh', 'yxyx']).default('xyxy'),
  /** px of the image that was sent, or shares (0–1) of its width and height. (Default: px) */
  units: z.enum(['px', 'share']).default('px'),
  /** What a label is. (Default: class-index) */
  labels: z.enum(['class-index', 'category-id', 'class-name']).default('class-index'),
  /** Index of the first class: 1 where 0 is the background. (Default: 0) */
  firstClass: z.int().min(0).max(1).default(0),
  /** A list beside the columns that labels are places in: what stands there is the label. */
  lookUpIn: pathSchema.optional(),
})
export type ResponseFormat = z.infer<typeof responseFormatSchema>
export type ResponseFormatInput = z.input<typeof responseFormatSchema>
