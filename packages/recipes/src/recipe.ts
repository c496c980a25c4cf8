import type {
  AlgorithmSpecification,
  Channel as InputChannel,
  ContainerDefinition,
  MetricDefinition,
} from '@aws-sdk/client-sagemaker'
import type { S3Client } from '@aws-sdk/client-s3'
import type { ApproachSpec, Category, PreparedChannels, RecipeName } from '@assay/contracts'

export interface RecipeDeps {
  /** Only ever read from: what a recipe wants written it says in its plans. */
  s3: S3Client
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
  /** What the recipe sends where the spec gives none. */
  default?: string
  /** A tuning job may vary it. (Default: true) */
  tunable?: boolean
}

/** `any` where the algorithm is the user's own: names and values are then taken as they are. */
export type KnownHyperparameters = readonly HyperparameterDefinition[] | 'any'

/** Instance families without `ml.`; `any` where nothing is known against one. */
export type InstanceFamilies = readonly string[] | 'any'

export interface LifeCycle {
  state: 'current' | 'legacy' | 'retired'
  /** What to expect of it today, and what replaces it. */
  note: string
}

export interface Objective {
  metric: string
  direction: 'maximize' | 'minimize'
}

/** A metric in a training job's log lines; group 1 of the regular expression is the value. */
export interface Metric {
  name: string
  regex: string
}

/** What an experiment knows when an approach is to be trained. */
export interface TrainingContext {
  experimentId: string
  prepared: PreparedChannels
  categories: readonly Category[]
  seed: number
  /** First instance type in order of preference. */
  instanceType: string
}

/** Bytes that must lie in the bucket before the job is created: `bulk.put` puts them where the plan's channels expect them. */
export interface PlannedUpload {
  name: string
  bytes: Uint8Array
  contentType: string
}

/** The recipe's part of a CreateTrainingJob body, or of a tuning job's training job definition. */
export interface TrainingPlan {
  image: string
  inputMode: NonNullable<AlgorithmSpecification['TrainingInputMode']>
  metricDefinitions?: MetricDefinition[]
  /** Values as strings, tuned ones included with their defaults. */
  hyperparameters: Record<string, string>
  channels: InputChannel[]
  environment?: Record<string, string>
  networkIsolation: boolean
  uploads: PlannedUpload[]
}

/** A model.tar.gz that must be made before the model is created: the trained one with a script's files under code/. */
export interface PlannedRepack {
  modelUri: string
  codeUri: string
  /** Key in the bucket of the result. */
  key: string
}

/** The recipe's part of a CreateModel body. */
export interface HostingPlan {
  container: ContainerDefinition
  repack?: PlannedRepack
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
  /** The request body is the image as it lies in S3: what a transform job needs, which sends objects as they are. */
  sendsImage: boolean
  /** The request body for an image's bytes, and the size in px of what is really sent. */
  encode: (image: Uint8Array, size: SentImage) => Promise<{ body: Uint8Array; sent: SentImage }>
  /**
   * Detections from an answer, best first. `classes` are the categories by class index.
   * Throws InvalidAnswer where the answer is not of the format.
   */
  decode: (
    answer: Uint8Array,
    image: { original: SentImage; sent: SentImage; classes: readonly Category[] },
  ) => Detection[]
}

/**
 * What an approach asks of SageMaker. No method writes or creates anything, so a plan can call them all; those that answer a
 * promise may read from S3, and throw PermanentError where what they need does not exist.
 */
export interface Recipe<Spec extends ApproachSpec = ApproachSpec> {
  name: RecipeName
  title: string
  lifeCycle: (spec: Spec) => LifeCycle
  /** Families that it trains on and is served from. */
  instanceFamilies: (spec: Spec) => Promise<{ training: InstanceFamilies; hosting: InstanceFamilies }>
  /** Training instance types where the spec names none. */
  defaultInstanceTypes: readonly string[]
  /** What a training does whose spot instance was taken away. SageMaker lets one that starts over wait for an hour at most. */
  afterInterruption: (spec: Spec) => 'resumes' | 'starts-over'
  /** Seconds an image and epoch on one V100, for plans before the first run. A guess with its source. (Default: one for all) */
  pace?: { secondsPerImageEpoch: number; source: string }
  objective: (spec: Spec) => Promise<Objective>
  /** Metrics in the log, for curves; those that a tuning job may optimise are named by `objectiveMetrics`. */
  metrics: (spec: Spec) => Promise<readonly Metric[]>
  /** (Default: all metrics) */
  objectiveMetrics?: readonly string[]
  hyperparameters: (spec: Spec) => Promise<KnownHyperparameters>
  /** Objects in S3 that the spec names and our own processes read, by their place in the approach. (Default: none) */
  ownObjects?: (spec: Spec) => readonly { pointer: string; uri: string }[]
  /**
   * Faults that only this recipe can see; pointers are relative to the approach. Not asked where an own object may not be read.
   * `mayBeUnsent`: a source that is still to be sent to the API is none, as long as nothing is to run.
   */
  faults?: (spec: Spec, options: { mayBeUnsent: boolean }) => Promise<SettingFault[]>
  /** Whether the spec names a source that has not been sent to the API yet. (Default: it does not) */
  isUnsent?: (spec: Spec) => Promise<boolean>
  train: (spec: Spec, context: TrainingContext) => Promise<TrainingPlan>
  host: (spec: Spec, trained: { experimentId: string; modelArtifact: string }) => Promise<HostingPlan>
  inference: (spec: Spec) => Promise<InferenceFormat>
}
