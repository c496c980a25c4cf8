import type { ApproachSpec } from '@assay/contracts'
import { objectDetectionFormat } from './formats/object-detection.ts'
import { objectDetectionAccounts } from './object-detection-accounts.ts'
import { ecrHost } from './ecr.ts'
import { asStrings, type HyperparameterTable } from './hyperparameters.ts'
import type { Recipe } from './recipe.ts'

type Spec = Extract<ApproachSpec, { recipe: 'sagemaker-object-detection' }>

/** Source: AWS developer guide, object-detection-api-config. */
const table = {
  base_network: { type: 'text', options: ['vgg-16', 'resnet-50'] },
  use_pretrained_model: { type: 'integer', min: 0, max: 1 },
  epochs: { type: 'integer', min: 1 },
  learning_rate: { type: 'number', min: 0, aboveMin: true, max: 1 },
  lr_scheduler_step: { type: 'text' },
  lr_scheduler_factor: { type: 'number', min: 0, aboveMin: true, max: 1 },
  mini_batch_size: { type: 'integer', min: 1 },
  optimizer: { type: 'text', options: ['sgd', 'adam', 'rmsprop', 'adadelta'] },
  momentum: { type: 'number', min: 0, aboveMin: true, max: 1 },
  weight_decay: { type: 'number', min: 0, aboveMin: true, max: 1 },
  overlap_threshold: { type: 'number', min: 0, aboveMin: true, max: 1 },
  nms_threshold: { type: 'number', min: 0, aboveMin: true, max: 1 },
  image_shape: { type: 'integer', min: 300 },
  label_width: { type: 'integer', min: 9 },
  early_stopping: { type: 'text', options: ['True', 'False', 'true', 'false'] },
  early_stopping_min_epochs: { type: 'integer', min: 1 },
  early_stopping_patience: { type: 'integer', min: 1 },
  early_stopping_tolerance: { type: 'number', min: 0, max: 1 },
  freeze_layer_pattern: { type: 'text' },
  kv_store: { type: 'text', options: ['dist_sync', 'dist_async'] },
} as const satisfies HyperparameterTable

/** The reader's default; larger where an image holds more objects: 4 header values and 5 an object. */
const labelWidth = (maxObjects: number) => Math.max(350, 4 + 5 * maxObjects)

const image = (region: string) => {
  const account = objectDetectionAccounts[region]
  if (!account) throw new Error(`the built-in Object Detection algorithm has no image in ${region}`)
  return `${ecrHost(account, region)}/object-detection:1`
}

/** Type 1 of the study: SageMaker's built-in SSD, fed with RecordIO. */
export const createObjectDetection = ({ region }: { region: string }): Recipe<Spec> => ({
  name: 'sagemaker-object-detection',
  title: 'SageMaker built-in Object Detection (SSD)',
  layout: 'recordio',
  lifeCycle: {
    state: 'legacy',
    note: 'MXNet-based; still listed by AWS. JumpStart and script-mode detectors replace it.',
  },
  instanceFamilies: ['p2', 'p3', 'g4dn', 'g5'],
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  objective: async () => ({ metric: 'validation:mAP', direction: 'maximize' }),
  metrics: async () => ['validation:mAP'],
  hyperparameters: async () => Object.entries(table).map(([name, definition]) => ({ name, ...definition })),
  train: async ({ hyperparameters }, { prepared }) => ({
    image: image(region),
    inputMode: 'File',
    hyperparameters: {
      ...asStrings(hyperparameters),
      num_classes: String(prepared.classes.length),
      num_training_samples: String(prepared.trainImages),
      label_width: String(hyperparameters['label_width'] ?? labelWidth(prepared.maxObjects)),
    },
    channels: prepared.channels.map(({ name, s3Uri }) => ({
      ChannelName: name,
      ContentType: 'application/x-recordio',
      InputMode: 'File',
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: s3Uri, S3DataDistributionType: 'FullyReplicated' } },
    })),
    networkIsolation: false,
  }),
  curveMetrics: [
    {
      name: 'train:smooth_l1',
      regex: /#quality_metric: host=\S+, epoch=\S+, batch=\S+ train smooth_l1 <loss>=\(?([-\d.e+]+)/,
    },
    {
      name: 'train:cross_entropy',
      regex: /#quality_metric: host=\S+, epoch=\S+, batch=\S+ train cross_entropy <loss>=\(?([-\d.e+]+)/,
    },
    { name: 'validation:mAP', regex: /#quality_metric: host=\S+, epoch=\S+, validation mAP <score>=\(([-\d.e+]+)\)/ },
  ],
  host: async (_spec, modelDataUri) => ({ Image: image(region), ModelDataUrl: modelDataUri }),
  inference: objectDetectionFormat,
})
