import type { ApproachOf } from '@assay/contracts'
import { PermanentError } from '@assay/pipeline'
import { objectDetectionFormat } from './formats/object-detection.ts'
import { objectDetectionAccounts } from './object-detection-accounts.ts'
import { ecrHost } from './ecr.ts'
import { asStrings, definitionsIn, type HyperparameterTable } from './hyperparameters.ts'
import { preparedChannel } from './input-channel.ts'
import type { Recipe } from './recipe.ts'

type Spec = ApproachOf<'sagemaker-object-detection'>

const fixed = { tunable: false } as const

/** Source: AWS developer guide, object-detection-api-config; what may be tuned, object-detection-tuning. */
const table = {
  base_network: { type: 'text', options: ['vgg-16', 'resnet-50'], ...fixed },
  use_pretrained_model: { type: 'integer', min: 0, max: 1, ...fixed },
  epochs: { type: 'integer', min: 1, ...fixed },
  learning_rate: { type: 'number', min: 0, aboveMin: true, max: 1 },
  lr_scheduler_step: { type: 'text', ...fixed },
  lr_scheduler_factor: { type: 'number', min: 0, aboveMin: true, max: 1, ...fixed },
  mini_batch_size: { type: 'integer', min: 1 },
  optimizer: { type: 'text', options: ['sgd', 'adam', 'rmsprop', 'adadelta'] },
  momentum: { type: 'number', min: 0, aboveMin: true, max: 1 },
  weight_decay: { type: 'number', min: 0, aboveMin: true, max: 1 },
  overlap_threshold: { type: 'number', min: 0, aboveMin: true, max: 1, ...fixed },
  nms_threshold: { type: 'number', min: 0, aboveMin: true, max: 1, ...fixed },
  image_shape: { type: 'integer', min: 300, ...fixed },
  label_width: { type: 'integer', min: 9, ...fixed },
  early_stopping: { type: 'text', options: ['True', 'False', 'true', 'false'], ...fixed },
  early_stopping_min_epochs: { type: 'integer', min: 1, ...fixed },
  early_stopping_patience: { type: 'integer', min: 1, ...fixed },
  early_stopping_tolerance: { type: 'number', min: 0, max: 1, ...fixed },
  freeze_layer_pattern: { type: 'text', ...fixed },
  kv_store: { type: 'text', options: ['dist_sync', 'dist_async'], ...fixed },
} as const satisfies HyperparameterTable

/** The reader's default; larger where an image holds more objects: 4 header values and 5 an object. */
const labelWidth = (maxObjects: number) => Math.max(350, 4 + 5 * maxObjects)

const image = (region: string) => {
  const account = objectDetectionAccounts[region]
  if (!account)
    throw new PermanentError('no_image', `the built-in Object Detection algorithm has no image in ${region}`)
  return `${ecrHost(account, region)}/object-detection:1`
}

/** The metrics that the service predefines for the algorithm; a request must not name them. */
const METRICS = [
  {
    name: 'train:smooth_l1',
    regex: '#quality_metric: host=\\S+, epoch=\\S+, batch=\\S+ train smooth_l1 <loss>=\\(?([-\\d.e+]+)',
  },
  {
    name: 'train:cross_entropy',
    regex: '#quality_metric: host=\\S+, epoch=\\S+, batch=\\S+ train cross_entropy <loss>=\\(?([-\\d.e+]+)',
  },
  {
    name: 'validation:mAP',
    regex: '#quality_metric: host=\\S+, epoch=\\S+, validation mAP <score>=\\(([-\\d.e+]+)\\)',
  },
]

/** Type 1 of the study: SageMaker's built-in SSD. */
export const createObjectDetection = ({ region }: { region: string }): Recipe<Spec> => ({
  name: 'sagemaker-object-detection',
  title: 'SageMaker built-in Object Detection (SSD)',
  lifeCycle: () => ({
    state: 'legacy',
    note: 'An MXNet algorithm that AWS still lists, on images of an old CUDA. JumpStart and script-mode detectors replace it.',
  }),
  instanceFamilies: async () => ({
    training: ['p2', 'p3', 'g4dn', 'g5'],
    hosting: ['p2', 'p3', 'g4dn', 'g5', 'c5', 'm5'],
  }),
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  afterInterruption: () => 'resumes',
  pace: {
    secondsPerImageEpoch: 1800 / (100 * 1152),
    source: 'the study’s Type 1: half an hour for 100 epochs of 1,152 images',
  },
  objective: async () => ({ metric: 'validation:mAP', direction: 'maximize' }),
  metrics: async () => METRICS,
  objectiveMetrics: ['validation:mAP'],
  hyperparameters: async () => definitionsIn(table),
  train: async ({ hyperparameters }, { prepared }) => ({
    image: image(region),
    inputMode: prepared.layout === 'augmented-manifest' ? 'Pipe' : 'File',
    hyperparameters: {
      ...asStrings(hyperparameters),
      num_classes: String(prepared.classes.length),
      num_training_samples: String(prepared.trainImages),
      label_width: String(hyperparameters['label_width'] ?? labelWidth(prepared.maxObjects)),
    },
    // All four channels of the image format carry the images' content type.
    channels: prepared.channels.map((channel) =>
      preparedChannel(channel, prepared.layout === 'image-json' ? { contentType: 'application/x-image' } : {}),
    ),
    networkIsolation: false,
    uploads: [],
  }),
  host: async (_spec, { modelArtifact }) => ({ container: { Image: image(region), ModelDataUrl: modelArtifact } }),
  inference: async () => objectDetectionFormat,
})
