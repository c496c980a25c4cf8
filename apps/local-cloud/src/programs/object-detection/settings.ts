import type { OptimizerName, Schedule } from '@assay/detector'
import { hyperparameterReader } from '../container/hyperparameters.ts'

/** The algorithm's hyperparameters. Source of names, defaults and ranges: AWS developer guide, object-detection-api-configuration. */
export interface Settings {
  numClasses: number
  numTrainingSamples: number
  baseNetwork: string
  usePretrainedModel: boolean
  epochs: number
  learningRate: number
  schedule: Schedule
  batchSize: number
  optimizer: OptimizerName
  momentum: number
  weightDecay: number
  overlapThreshold: number
  nmsThreshold: number
  /** Undefined: never early. */
  earlyStopping: { minEpochs: number; patience: number; tolerance: number } | undefined
}

const OPTIMIZERS = ['sgd', 'adam', 'rmsprop', 'adadelta'] as const
/** Memory is laid out for a whole batch; the algorithm itself names no bound. */
const LARGEST_BATCH = 256
const MANY = 1_000_000_000

/** Throws ClientError with every fault where a value is missing, unknown or out of range. */
export const readSettings = (values: Readonly<Record<string, string>>): Settings => {
  const read = hyperparameterReader(values)
  const epochs = read.integer('epochs', { min: 1, max: MANY, fallback: 30 })
  const steps = read.text('lr_scheduler_step')
  const atEpochs = steps === '' ? [] : steps.split(',').map((step) => Number(step.trim()))
  if (atEpochs.some((at) => !Number.isInteger(at) || at < 1))
    read.fault(`lr_scheduler_step is ${JSON.stringify(steps)}, needed epochs with commas between`)
  const factor = read.number('lr_scheduler_factor', { min: 0, max: 1, aboveMin: true, belowMax: true, fallback: 0.1 })
  const stopsEarly = read.flag('early_stopping', false)
  const earlyStopping = {
    minEpochs: read.integer('early_stopping_min_epochs', { min: 1, max: MANY, fallback: 10 }),
    patience: read.integer('early_stopping_patience', { min: 1, max: MANY, fallback: 5 }),
    tolerance: read.number('early_stopping_tolerance', { min: 0, max: 1, fallback: 0 }),
  }
  // Read for their ranges; the stand-in has one input size, reads every label and runs on one machine.
  read.integer('image_shape', { min: 300, max: 10_000, fallback: 300 })
  read.integer('label_width', { min: 7, max: 100_000, fallback: 350 })
  read.text('freeze_layer_pattern')
  read.text('kv_store')
  const settings: Settings = {
    numClasses: read.integer('num_classes', { min: 1, max: 1000 }),
    numTrainingSamples: read.integer('num_training_samples', { min: 1, max: MANY }),
    baseNetwork: read.choice('base_network', ['vgg-16', 'resnet-50'], 'vgg-16'),
    usePretrainedModel: read.choice('use_pretrained_model', ['0', '1'], '1') === '1',
    epochs,
    learningRate: read.number('learning_rate', { min: 0, max: 1, aboveMin: true, fallback: 0.001 }),
    schedule: atEpochs.length === 0 ? { kind: 'constant' } : { kind: 'step', atEpochs, factor },
    batchSize: read.integer('mini_batch_size', { min: 1, max: LARGEST_BATCH, fallback: 32 }),
    optimizer: read.choice('optimizer', OPTIMIZERS, 'sgd'),
    momentum: read.number('momentum', { min: 0, max: 1, fallback: 0.9 }),
    weightDecay: read.number('weight_decay', { min: 0, max: 1, belowMax: true, fallback: 0.0005 }),
    overlapThreshold: read.number('overlap_threshold', { min: 0, max: 1, aboveMin: true, fallback: 0.5 }),
    nmsThreshold: read.number('nms_threshold', { min: 0, max: 1, aboveMin: true, fallback: 0.45 }),
    earlyStopping: stopsEarly ? earlyStopping : undefined,
  }
  read.finish()
  return settings
}
