import { z } from 'zod'
import { datasetIdSchema, displayNameSchema, s3UriSchema, sha256Schema, storedObjectSchema, timeSchema } from './ids.ts'

export const datasetLayouts = ['voc', 'coco'] as const
export type DatasetLayout = (typeof datasetLayouts)[number]

/** [x, y, width, height] in px of the original image; x and y from the top left corner. */
export const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()])
export type Box = z.infer<typeof boxSchema>

export const objectBoxSchema = z.object({
  /** Category id as in the data set (COCO) or 1…n by name order (VOC). */
  categoryId: z.int(),
  box: boxSchema,
  /** A crowd region (COCO iscrowd = 1): never trained on, ignored in the evaluation as pycocotools does. */
  crowd: z.boolean().optional(),
  /** Area in px² where the data set states one (COCO); else width × height. */
  areaPx: z.number().optional(),
})
export type ObjectBox = z.infer<typeof objectBoxSchema>

export const datasetImageSchema = z.object({
  /** COCO image id; for VOC 1…n in bytewise order of the file names. */
  id: z.int(),
  /** Path within the data set, with forward slashes. */
  file: z.string(),
  /** Object key in the data set's bucket. */
  key: z.string(),
  /** S3's mark of the content when it was checked: a copy asks for just this content. */
  etag: z.string().optional(),
  sha256: sha256Schema,
  bytes: z.int().positive(),
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  format: z.enum(['jpeg', 'png']),
  /** Images that look alike share a number, the lowest of their ids; absent where no other looks like it. */
  nearSet: z.int().optional(),
  /** What else the data set says of the image, for groups of images: at most 8 short values. */
  fields: z.record(z.string(), z.string()).optional(),
  objects: z.array(objectBoxSchema),
})
export type DatasetImage = z.infer<typeof datasetImageSchema>

export const categorySchema = z.object({ id: z.int(), name: z.string().min(1) })
export type Category = z.infer<typeof categorySchema>

/** What the check of a data set writes once it is accepted: every image, box and class. Images are in ascending id order. */
export const datasetManifestSchema = z.object({
  schemaVersion: z.literal(1),
  layout: z.enum(datasetLayouts),
  bucket: z.string(),
  categories: z.array(categorySchema),
  images: z.array(datasetImageSchema),
})
export type DatasetManifest = z.infer<typeof datasetManifestSchema>

/** What a prepare stage put into each channel: the proof that no test image was trained on. Ids ascending. */
export const prepareContentsSchema = z.object({
  schemaVersion: z.literal(1),
  channels: z.array(
    z.object({
      name: z.string(),
      images: z.array(z.object({ id: z.int(), sha256: sha256Schema })),
      /** Images of the channel's parts that were left out, because the layout cannot hold an image without objects. */
      leftOut: z.int().nonnegative(),
    }),
  ),
})
export type PrepareContents = z.infer<typeof prepareContentsSchema>

export const datasetFaultSchema = z.object({
  /** A stable word for the kind of fault, for example `box_outside_image`. */
  code: z.string(),
  file: z.string(),
  /** What was met. */
  met: z.string(),
  /** What was needed. */
  needed: z.string(),
})
export type DatasetFault = z.infer<typeof datasetFaultSchema>

export const datasetClassSchema = z.object({
  categoryId: z.int(),
  name: z.string(),
  images: z.int(),
  boxes: z.int(),
})

/** The outcome of the check of a data set. `faults.first` holds at most 20, in file order; `faults.byCode` counts them all. */
export const datasetCheckSchema = z.object({
  status: z.enum(['ready', 'rejected']),
  checkedAt: timeSchema,
  layout: z.enum(datasetLayouts).optional(),
  /** SHA-256 over the sorted file names, contents and annotations: the same content has the same fingerprint. */
  fingerprint: sha256Schema.optional(),
  images: z.int().nonnegative(),
  boxes: z.int().nonnegative(),
  classes: z.array(datasetClassSchema),
  /** Groups of files with identical bytes. */
  duplicates: z.array(z.array(z.string())),
  /** Images that look alike, exact duplicates among them. */
  nearDuplicates: z.object({ sets: z.int(), images: z.int() }).optional(),
  manifest: storedObjectSchema.optional(),
  faults: z.object({
    count: z.int().nonnegative(),
    byCode: z.record(z.string(), z.int()),
    first: z.array(datasetFaultSchema),
  }),
})
export type DatasetCheck = z.infer<typeof datasetCheckSchema>

export const datasetStates = ['uploading', 'checking', 'ready', 'rejected'] as const

/** `datasets/<id>/record.json` in the ledger: who registered what; written once. */
export const datasetRecordSchema = z.object({
  writer: z.string(),
  id: datasetIdSchema,
  name: z.string(),
  createdAt: timeSchema,
  /** Where the files lie: an allowed prefix of the user's, or our own upload prefix. Ends with a slash. */
  location: s3UriSchema,
  upload: z.boolean(),
})
export type DatasetRecord = z.infer<typeof datasetRecordSchema>

const name = displayNameSchema

/** Body of POST /v1/datasets: files that lie in S3 already, or files to upload through presigned URLs. */
export const registerDatasetSchema = z.union([
  z.strictObject({ name, s3Uri: s3UriSchema }),
  z.strictObject({ name, upload: z.literal(true) }),
])
export type RegisterDataset = z.infer<typeof registerDatasetSchema>

/** Body of POST /v1/datasets/{id}/uploads: paths within the data set, at most 1,000 a call. */
export const requestUploadsSchema = z.strictObject({
  files: z
    .array(z.strictObject({ path: z.string().min(1).max(512), bytes: z.int().positive().max(100_000_000) }))
    .min(1)
    .max(1000),
})
export const uploadUrlsSchema = z.object({
  uploads: z.array(z.object({ path: z.string(), url: z.string(), method: z.literal('PUT') })),
  /** The URLs stop working after this time. */
  expiresAt: timeSchema,
})

/** A data set as the API shows it. */
export const datasetViewSchema = z.object({
  id: datasetIdSchema,
  name: z.string(),
  state: z.enum(datasetStates),
  location: s3UriSchema,
  createdAt: timeSchema,
  check: datasetCheckSchema.optional(),
})
export type DatasetView = z.infer<typeof datasetViewSchema>
