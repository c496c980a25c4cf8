import { z } from 'zod'
import { channelLayouts } from './channel-layouts.ts'
import { boxSchema, categorySchema, datasetLayouts } from './dataset.ts'
import { groupBySchema } from './experiment.ts'
import { approachIdSchema, experimentIdSchema, sha256Schema } from './ids.ts'
import {
  actualSchema,
  curveSchema,
  partNames,
  reasonSchema,
  remainingSchema,
  reusedFromSchema,
  splitGroupingSchema,
  trialSchema,
} from './stages.ts'

/** A COCO results list: boxes as [x, y, width, height] in px. */
export const cocoResultsSchema = z.array(
  z.object({ image_id: z.int(), category_id: z.int(), bbox: boxSchema, score: z.number() }),
)
export type CocoResults = z.infer<typeof cocoResultsSchema>

/** A COCO ground-truth document, as pycocotools reads it. */
export const cocoGroundTruthSchema = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string(), width: z.int(), height: z.int() })),
  categories: z.array(categorySchema),
  annotations: z.array(
    z.object({
      id: z.int(),
      image_id: z.int(),
      category_id: z.int(),
      bbox: boxSchema,
      area: z.number(),
      iscrowd: z.union([z.literal(0), z.literal(1)]),
    }),
  ),
})
export type CocoGroundTruth = z.infer<typeof cocoGroundTruthSchema>

/** A two-sided interval of the paired bootstrap over test images. */
export const intervalSchema = z.object({ low: z.number(), high: z.number() })
export type Interval = z.infer<typeof intervalSchema>

/** Of the boxes at or above a confidence; 0–1, over all classes at IoU .5. */
const ratesSchema = z.object({ precision: z.number(), recall: z.number(), f1: z.number() })

/** The confidence from which on a model's boxes are taken for answers, where there were images to choose it on. */
export const thresholdSchema = z.discriminatedUnion('chosenOn', [
  z.object({
    chosenOn: z.literal('validation'),
    /** The one with the best F1 on the validation images, which the algorithm was not trained on. */
    confidence: z.number(),
    validation: ratesSchema,
    test: ratesSchema,
  }),
  z.object({ chosenOn: z.literal('nothing'), reason: z.string() }),
])
export type Threshold = z.infer<typeof thresholdSchema>

/** What is wrong with a model, measured on the test part. Written by the evaluate stage, shown by the report. */
export const diagnosisSchema = z.object({
  /** Precision at 101 recalls (0, .01, … 1) at IoU .5, interpolated, mean over the classes that have objects. */
  precisionAtRecall: z.array(z.number()).length(101),
  /** Precision, recall and F1 (0–1, over all classes at IoU .5) of the boxes at or above a confidence. Ascending confidence. */
  atConfidence: z.array(ratesSchema.extend({ confidence: z.number() })),
  threshold: thresholdSchema,
  /**
   * Counts of truth (row) against prediction (column) from the threshold on, where one was chosen; else from the confidence with the best F1 on
   * these very images. The last row and column are background.
   */
  confusion: z.object({
    iou: z.number(),
    confidence: z.number(),
    categoryIds: z.array(z.int()),
    matrix: z.array(z.array(z.int())),
  }),
  /** TIDE: AP50 that would be won if one kind of error were repaired, each alone; falsePositive and falseNegative repair all of them. */
  errors: z.object({
    classification: z.number(),
    localisation: z.number(),
    both: z.number(),
    duplicate: z.number(),
    background: z.number(),
    missed: z.number(),
    falsePositive: z.number(),
    falseNegative: z.number(),
  }),
  /** Expected calibration error of the confidences against being right at IoU .5 (0–1); null without detections. */
  calibrationError: z.number().nullable(),
})
export type Diagnosis = z.infer<typeof diagnosisSchema>

/** What was asked for; what the container says ran is `actual`. */
export const requestedSchema = z.object({
  network: z.string(),
  pretrainedOn: z.string().nullable(),
  epochs: z.number().nullable(),
  instanceTypes: z.array(z.string()),
  hyperparameters: z.record(z.string(), z.string()),
  tuning: z
    .object({
      strategy: z.string(),
      maxTrials: z.int(),
      maxParallel: z.int(),
      ranges: z.record(z.string(), z.string()),
    })
    .nullable(),
})

export const approachReportSchema = z.object({
  id: approachIdSchema,
  title: z.string(),
  recipe: z.string(),
  status: z.enum(['succeeded', 'failed', 'canceled']),
  reason: reasonSchema.nullable(),
  /** The 12 COCO numbers in COCO order; -1 where undefined; null where the approach was not evaluated. */
  stats: z.array(z.number()).length(12).nullable(),
  /** By category id. */
  perCategoryAP: z.record(z.string(), z.number()).nullable(),
  /** Where the training was reused, what it cost first. */
  trainingCostUsd: z.number().nullable(),
  /** The earlier training whose model was scored; null where this experiment trained. */
  reusedFrom: reusedFromSchema.nullable(),
  billableSeconds: z.number().nullable(),
  wallSeconds: z.number().nullable(),
  trials: z.array(trialSchema),
  /** How many trials ended in which way; a training job without tuning is one. */
  trialCounts: z.object({ completed: z.int(), failed: z.int(), stopped: z.int() }),
  attempt: z.int(),
  /** How the images were answered. */
  inference: z.enum(['endpoint', 'transform']),
  perCategoryAP50: z.record(z.string(), z.number()).nullable(),
  /** mAP at IoU .50, .55, … .95. */
  perIouMap: z.array(z.number()).length(10).nullable(),
  /** 95 % interval of mAP; null where it was not evaluated. */
  mapInterval: intervalSchema.nullable(),
  /** Share of resamples in which it is the best; null where it was not evaluated. */
  probabilityBest: z.number().nullable(),
  diagnosis: diagnosisSchema.nullable(),
  /** Predictions scored, over all test images. */
  predictions: z.int().nullable(),
  latencyMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  objective: z
    .object({ metric: z.string(), direction: z.enum(['maximize', 'minimize']), value: z.number().nullable() })
    .nullable(),
  /** Name of the trial whose model was scored. */
  bestTrial: z.string().nullable(),
  /** Of the best trial. */
  curves: z.array(curveSchema),
  requested: requestedSchema,
  actual: actualSchema.nullable(),
  /** What the algorithm saw in training, whatever it did with it. */
  training: z
    .object({ images: z.int(), seenParts: z.array(z.enum(partNames)), layout: z.enum(channelLayouts) })
    .nullable(),
  cost: z.object({
    /** Why there is no training cost. */
    trainingReason: z.string().nullable(),
    /** Of the endpoint, or of the transform job. */
    endpointUsd: z.number().nullable(),
    endpointReason: z.string().nullable(),
    endpointSeconds: z.number().nullable(),
    endpointInstanceType: z.string().nullable(),
    /** From the first request to the last answer; the rest of its life it was idle. */
    endpointBusySeconds: z.number().nullable(),
    endpointBusyUsd: z.number().nullable(),
    /** Volumes of the training jobs, apart from the training cost. */
    storageUsd: z.number().nullable(),
    /** Of the training cost, what the trial cost whose model was scored. */
    bestTrialUsd: z.number().nullable(),
    /** Share of the on-demand price of its training time that spot capacity saved; null where nothing ran on it. */
    spotSavedShare: z.number().nullable(),
  }),
})
export type ApproachReport = z.infer<typeof approachReportSchema>

/** A minus B over the same resampled test images. */
export const pairSchema = z.object({
  a: approachIdSchema,
  b: approachIdSchema,
  difference: z.number(),
  interval: intervalSchema,
  /** Two-sided, after Holm's correction over all pairs. */
  pHolm: z.number(),
  /** False where the interval spans 0. */
  distinguishable: z.boolean(),
  /** Distinguishable also after the correction for having looked at several pairs. */
  survivesHolm: z.boolean(),
})
export type ReportPair = z.infer<typeof pairSchema>

export const pictureSchema = z.object({
  imageId: z.int(),
  file: z.string(),
  /** The class that it was chosen for. */
  categoryId: z.int(),
  widthPx: z.int(),
  heightPx: z.int(),
  truth: z.array(z.object({ categoryId: z.int(), box: boxSchema, crowd: z.boolean() })),
  models: z.array(
    z.object({
      approachId: approachIdSchema,
      /** Best first; `ignored` ones lie in a crowd region. */
      boxes: z.array(
        z.object({
          categoryId: z.int(),
          score: z.number(),
          box: boxSchema,
          outcome: z.enum(['true', 'false', 'ignored']),
        }),
      ),
      /** For each object in `truth`, the confidence of the box that finds it at IoU .5; null where none of `boxes` does. */
      foundAt: z.array(z.number().nullable()),
      /** Boxes of lower confidence that are not drawn. */
      leftOut: z.int(),
    }),
  ),
})
export type ReportPicture = z.infer<typeof pictureSchema>

/** Data URIs of the pictures by image id; beside the report, since they are most of its bytes. */
export const picturesFileSchema = z.record(z.string(), z.string().startsWith('data:image/'))
export type PicturesFile = z.infer<typeof picturesFileSchema>

export const reportFileSchema = z.object({ path: z.string(), sha256: sha256Schema, bytes: z.int() })

export const rateSchema = z.object({
  instanceType: z.string(),
  use: z.enum(['training', 'hosting', 'transform']),
  region: z.string(),
  microUsdPerHour: z.int(),
  source: z.string(),
  /** Day on which the price was read, as YYYY-MM-DD. */
  date: z.string(),
})

/** Price of the volumes of training jobs. */
export const storageRateSchema = z.object({
  region: z.string(),
  microUsdPerGbMonth: z.int(),
  source: z.string(),
  date: z.string(),
})

/** Prices as they were read for one experiment: its plan, meter, bill and report use these and no others. */
export const pricesSchema = z.object({ rates: z.array(rateSchema), storageRate: storageRateSchema.nullable() })
export type Prices = z.infer<typeof pricesSchema>

export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  experimentId: experimentIdSchema,
  environment: z.enum(['local', 'aws']),
  costBasis: z.string(),
  split: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  /** In the order of the spec. */
  approaches: z.array(approachReportSchema),
  /** What the cloud itself still lists after teardown; null until that was checked. */
  cleanup: z.object({ remaining: z.array(remainingSchema) }).nullable(),
  name: z.string(),
  dataset: z.object({
    id: z.string(),
    name: z.string(),
    layout: z.enum(datasetLayouts),
    fingerprint: sha256Schema,
    images: z.int(),
    categories: z.array(categorySchema),
  }),
  splitTable: z.object({
    seed: z.int(),
    groupBy: groupBySchema.nullable(),
    nearDuplicates: z.enum(['keep', 'together']),
    grouping: splitGroupingSchema,
    parts: z.array(
      z.object({
        part: z.enum(['all', ...partNames]),
        images: z.int(),
        share: z.number(),
        /** By category id. */
        boxes: z.record(z.string(), z.int()),
      }),
    ),
  }),
  verdict: z.object({
    /** The highest mAP; null where nothing was evaluated. */
    winner: approachIdSchema.nullable(),
    /** The lowest training cost among those that cannot be told from the winner; null where no cost is known. */
    bargain: approachIdSchema.nullable(),
    sentences: z.array(z.string()),
  }),
  /** What must be known before costs and times are held against each other: other hardware, spot capacity. */
  remarks: z.array(z.string()),
  comparison: z
    .object({
      method: z.string(),
      resamples: z.int(),
      seed: z.int(),
      /** Share of experiments in which an interval should hold the true value. */
      confidence: z.number(),
      images: z.int(),
      pairs: z.array(pairSchema),
    })
    .nullable(),
  /** Approaches that no other beats in both mAP and training cost, cheapest first. */
  pareto: z.array(approachIdSchema),
  pictures: z.array(pictureSchema),
  /** True where the data set is the study's, so that its published figures may stand beside. */
  showPublished: z.boolean(),
  method: z.object({
    seed: z.int(),
    splitSeed: z.int(),
    maxDetections: z.int(),
    region: z.string(),
    priceTable: z.object({
      version: z.string(),
      rates: z.array(rateSchema),
      storageRate: storageRateSchema.nullable(),
    }),
    jobs: z.array(z.object({ approachId: approachIdSchema, jobName: z.string(), endpointName: z.string().nullable() })),
    /** SHA-256 of the frozen split. */
    splitManifest: sha256Schema,
  }),
  /** What lies beside this report, so that anyone can check it. */
  files: z.array(reportFileSchema),
})
export type Report = z.infer<typeof reportSchema>
