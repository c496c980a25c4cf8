import {
  type CocoResults,
  type DatasetManifest,
  type Diagnosis,
  experimentSpecSchema,
  layoutOf,
  type Outcome,
  type SplitGrouping,
  type SplitManifest,
  type StageName,
  type StageOutputs,
  type StoredObject,
} from '@assay/contracts'
import {
  chooseThreshold,
  diagnose,
  evaluate,
  match,
  pairedBootstrap,
  parseDetections,
  parseGroundTruth,
} from '@assay/evaluation'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import type { ReportInputs } from '../build-report.ts'
import { choosePictures } from '../choose-pictures.ts'
import { groundTruthOf } from '../ground-truth.ts'
import { pictureOf } from '../picture-boxes.ts'
import { aDataset, aSplit, hashOf } from './a-dataset.ts'
import { someResults } from './some-results.ts'
import { at, curvesOf, plans, trialsOf } from './study-plans.ts'

const stored = (text: string): StoredObject => ({
  key: `data/${text}`,
  sha256: hashOf(text),
  bytes: text.length,
})

const done = <Stage extends StageName>(stage: Stage, output: StageOutputs[Stage]): Outcome<Stage> => ({
  writer: 'w',
  stage,
  status: 'succeeded',
  output,
  startedAt: at(0),
  endedAt: at(100),
  tries: 1,
  waits: [],
})

const ungrouped = (asked: SplitGrouping['asked']): SplitGrouping => ({
  asked,
  sets: 0,
  images: 0,
  largest: 0,
  apart: 0,
  withoutKey: 0,
  nearDuplicates: { sets: 0, images: 0, apart: 0 },
})

export interface AStudyOptions {
  manifest?: DatasetManifest
  environment?: 'local' | 'aws'
  name?: string
  /** Ends the approach's training in failure. */
  failing?: string
  /** How many of the five approaches. */
  approaches?: number
  /** Titles instead of the usual ones, in order. */
  titles?: string[]
  resamples?: number
}

export interface AStudy {
  inputs: ReportInputs
  split: SplitManifest
  results: ReadonlyMap<string, CocoResults>
  /** Answers to the validation images, of the approaches that were not trained on them. */
  validationResults: ReadonlyMap<string, CocoResults>
}

/** A study whose boxes are made up by a seed and whose every number is then really computed. */
export const aStudy = ({
  environment = 'local',
  name = 'Steel surface defects',
  ...options
}: AStudyOptions = {}): AStudy => {
  const manifest = options.manifest ?? aDataset()
  const split = aSplit(manifest)
  const groundTruth = groundTruthOf(manifest, split)
  const truth = parseGroundTruth(groundTruth)
  const chosen = plans.slice(0, options.approaches ?? plans.length).map((plan, index) => {
    const title = options.titles?.[index]
    return title === undefined ? plan : { ...plan, spec: { ...plan.spec, title } }
  })
  const spec = experimentSpecSchema.parse({
    name,
    dataset: 'ds-abcdefghijklm',
    approaches: chosen.map((plan) => plan.spec),
  })
  const results = new Map(
    chosen.flatMap(({ spec: { id }, skill }, index) =>
      id === options.failing ? [] : [[id, someResults(groundTruth, skill, 50 + index)] as const],
    ),
  )
  const validationTruth = groundTruthOf(manifest, split, 'validation')
  const validationResults = new Map(
    chosen.flatMap(({ spec: { id, recipe }, skill }, index) =>
      id === options.failing || recipe === 'jumpstart'
        ? []
        : [[id, someResults(validationTruth, skill, 150 + index)] as const],
    ),
  )
  const approaches = chosen.map((plan, index): ApproachRecord => {
    const approachSpec = spec.approaches[index]
    const { id } = approachSpec
    const base = {
      id,
      index,
      spec: approachSpec,
      attempt: 1,
      intents: [],
      infer: new Map(),
      inferValidation: new Map(),
    }
    const boxes = results.get(id)
    if (!boxes) {
      const reason = {
        code: 'algorithm_error',
        message: 'AlgorithmError: loss is nan after epoch 3, exit code: 1. Lower the learning rate <1e-3.',
      }
      const failed: Outcome<'train'> = {
        writer: 'w',
        stage: 'train',
        status: 'failed',
        reason,
        startedAt: at(0),
        endedAt: at(9),
        tries: 1,
        waits: [],
      }
      return { ...base, train: failed }
    }
    const trials = trialsOf(plan, 9 + index)
    const best = [...trials].sort((a, b) =>
      plan.direction === 'maximize' ? (b.objective ?? 0) - (a.objective ?? 0) : (a.objective ?? 0) - (b.objective ?? 0),
    )[0]
    const { stats, perCategoryAP, perCategoryAP50, perIouMap } = evaluate(truth, parseDetections(boxes, truth))
    return {
      ...base,
      train: done('train', {
        jobName: best.name,
        kind: trials.length > 1 ? 'tuning' : 'training',
        trials,
        best: best.name,
        objective: {
          metric: plan.metric,
          direction: plan.direction,
          ...(best.objective === undefined ? {} : { value: best.objective }),
        },
        modelArtifact: 's3://assay/model.tar.gz',
        curves: curvesOf(plan, 70 + index),
        actual: {
          network: 'tiny SSD, 5 convolutions',
          parameters: 92_114,
          epochs: 12,
          ...(index === 0 ? {} : { pretrainedOn: 'drawn shapes' }),
        },
        wallSeconds:
          trials.reduce((sum, { billableSeconds = 0 }) => sum + billableSeconds, 0) /
            (plan.spec.tuning?.maxParallel ?? 1) +
          6,
        describes: stored(`describes ${id}`),
      }),
      deploy: done('deploy', {
        endpointName: `assay-abcdefghijklm-${id}-1`,
        instanceType: 'ml.m5.xlarge',
        instanceCount: 1,
        createdAt: at(50),
        inServiceAt: at(52),
      }),
      infer: new Map([
        [
          0,
          done('infer', {
            images: groundTruth.images.length,
            predictions: boxes.length,
            results: stored(`results ${id}`),
            failed: [],
            latencyMs: { p50: 14 + index, p95: 31 + index },
            worker: 'w',
          }),
        ],
      ]),
      evaluate: done('evaluate', {
        stats,
        perCategoryAP,
        perCategoryAP50,
        perIouMap,
        predictions: stored(`predictions ${id}`),
        details: stored(`details ${id}`),
      }),
      teardown: done('teardown', { deleted: [], endpointSeconds: 21 + index, endpointInstanceType: 'ml.m5.xlarge' }),
    }
  })
  const counts = { train: 0, validation: 0, test: 0 }
  const boxes = { train: {}, validation: {}, test: {} } as Record<
    'train' | 'validation' | 'test',
    Record<string, number>
  >
  for (const [index, { part }] of split.images.entries()) {
    counts[part]++
    for (const { categoryId } of manifest.images[index]?.objects ?? [])
      boxes[part][categoryId] = (boxes[part][categoryId] ?? 0) + 1
  }
  const experiment: ExperimentRecord = {
    id: 'abcdefghijklm',
    createdAt: at(0),
    spec,
    specSha256: hashOf('spec'),
    dataset: {
      record: {
        writer: 'w',
        id: 'ds-abcdefghijklm',
        name: 'steel',
        createdAt: at(0),
        location: 's3://data-sets/set/',
        upload: false,
      },
      check: {
        status: 'ready',
        checkedAt: at(0),
        images: manifest.images.length,
        boxes: 0,
        classes: [],
        duplicates: [],
        manifest: stored('manifest'),
        faults: { count: 0, byCode: {}, first: [] },
      },
    },
    installation: 'i',
    environment,
    split: done('split', { images: counts, boxes, grouping: ungrouped(counts), manifest: stored('split') }),
    prepare: new Map(
      spec.approaches.map((approach) => {
        const layout = layoutOf(approach)
        const both = layout === 'jumpstart'
        return [
          layout,
          done('prepare', {
            layout,
            channels: [],
            classes: manifest.categories.map(({ id }) => id),
            trainImages: both ? counts.train + counts.validation : counts.train,
            seenParts: both ? ['train', 'validation'] : ['train'],
            maxObjects: 4,
            contents: stored(`contents ${layout}`),
          }),
        ] as const
      }),
    ),
    approaches,
    retries: 0,
    earlierAttempts: [],
    round: 1,
  }
  const diagnosisOf = (boxes: CocoResults, validation: CocoResults | undefined): Diagnosis => {
    const detections = parseDetections(boxes, truth)
    const matching = match(truth, detections)
    const chosenOn = parseGroundTruth(validationTruth)
    const threshold = validation && chooseThreshold(match(chosenOn, parseDetections(validation, chosenOn)), matching)
    if (!threshold)
      return {
        ...diagnose(truth, detections, { matching }),
        threshold: { chosenOn: 'nothing', reason: 'it was trained on the validation images' },
      }
    const { confidence } = threshold
    return {
      ...diagnose(truth, detections, { matching, confidence }),
      threshold: { chosenOn: 'validation', ...threshold },
    }
  }
  const comparison = pairedBootstrap(
    [...results].map(([id, boxes]) => ({ id, matching: match(truth, parseDetections(boxes, truth)) })),
    { seed: spec.seed, resamples: options.resamples ?? 200 },
  )
  return {
    inputs: {
      experiment,
      manifest,
      split,
      diagnoses: new Map(
        [...results].map(([id, boxes]) => [id, diagnosisOf(boxes, validationResults.get(id))] as const),
      ),
      comparison: comparison ?? null,
      pictures: choosePictures(manifest, split, spec.seed).map((chosen) =>
        pictureOf(
          chosen,
          groundTruth,
          [...results].map(([id, boxes]) => ({ id, results: boxes })),
        ),
      ),
      region: 'us-east-1',
      files: [{ path: 'ground-truth.coco.json', sha256: hashOf('truth'), bytes: 1234 }],
    },
    split,
    results,
    validationResults,
  }
}
