import type {
  AlgorithmSpecification,
  Channel as InputChannel,
  ContainerDefinition,
  MetricDefinition,
} from '@aws-sdk/client-sagemaker'
import type { S3Client } from '@aws-sdk/client-s3'
import type { ApproachSpec, Category, ChannelLayout, PrepareOutput, RecipeName } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'

export interface RecipeDeps {
  s3: S3Client
  bulk: BulkStore
  region: string
  bucket: string
}

/** A fault of an approach's settings; the pointer is relative to the approach. */
export interface SettingFault {
  pointer: string
  detail: string
}

export interface HyperparameterDefinition {
  name: string
  type: 'integer' | 'number' | 'text'
  min?: number
  max?: number
  /** The lower bound itself is not allowed. */
  aboveMin?: boolean
  options?: readonly string[]
}

export interface Objective {
  metric: string
  direction: 'maximize' | 'minimize'
}

/** What an experiment knows when an approach is to be trained. */
export interface TrainingContext {
  experimentId: string
  prepared: PrepareOutput
  categories: readonly Category[]
  seed: number
  /** First instance type in order of preference. */
  instanceType: string
}

/** The recipe's part of a CreateTrainingJob body, or of a tuning job's training job definition. */
export interface TrainingPlan {
  image: string
  inputMode: NonNullable<AlgorithmSpecification['TrainingInputMode']>
  metricDefinitions?: MetricDefinition[]
  /** Values as strings, tuned ones included with their defaults. */
  hyperparameters: Record<string, string>
  channels: InputChannel[]
  networkIsolation: boolean
}

/** One detection in px of the original image; the category id is the data set's. */
export interface Detection {
  categoryId: number
  score: number
  /** [x, y, width, height] in px. */
  box: [number, number, number, number]
}

export interface SentImage {
  widthPx: number
  heightPx: number
}

export interface InferenceFormat {
  contentType: string
  accept: string
  /** The request body for an image's bytes, and the size in px of what is really sent. */
  encode: (image: Uint8Array, size: SentImage) => Promise<{ body: Uint8Array; sent: SentImage }>
  /**
   * Detections from an answer, best first. `classes` are the category ids by class index.
   * Throws InvalidAnswer where the answer is not of the format.
   */
  decode: (
    answer: Uint8Array,
    image: { original: SentImage; sent: SentImage; classes: readonly number[] },
  ) => Detection[]
}

export interface Recipe<Spec extends ApproachSpec = ApproachSpec> {
  name: RecipeName
  title: string
  layout: ChannelLayout
  /** What to expect of it today, and what replaces it. */
  lifeCycle: { state: 'current' | 'legacy' | 'retired'; note: string }
  /** Families of instances that it trains on; the first of the defaults is used where the spec names none. */
  instanceFamilies: readonly string[]
  defaultInstanceTypes: readonly string[]
  objective: (spec: Spec) => Promise<Objective>
  /** Metrics that a tuning job may optimise. */
  metrics: (spec: Spec) => Promise<readonly string[]>
  hyperparameters: (spec: Spec) => Promise<readonly HyperparameterDefinition[]>
  train: (spec: Spec, context: TrainingContext) => Promise<TrainingPlan>
  /** Metrics of a training job's log lines, for curves: built-in ones too. Group 1 is the value. */
  curveMetrics: readonly { name: string; regex: RegExp }[]
  /** Makes what is served from what was trained, and answers its URI. Absent: the artifact is served as it is. */
  packModel?: (spec: Spec, trained: { experimentId: string; modelArtifact: string }) => Promise<string>
  /** The container that serves; reads at most, so that a plan can show it. */
  host: (spec: Spec, modelDataUri: string) => Promise<ContainerDefinition>
  inference: InferenceFormat
}
