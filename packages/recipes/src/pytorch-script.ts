import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import type { ApproachOf } from '@assay/contracts'
import { bulkObject } from '@assay/ledger'
import { assetFolder } from './asset-folder.ts'
import { DEEP_LEARNING_CONTAINERS_ACCOUNT, ecrHost } from './ecr.ts'
import { tensorFormat } from './formats/tensor.ts'
import { definitionsIn, type HyperparameterTable } from './hyperparameters.ts'
import { inputChannel, preparedChannel } from './input-channel.ts'
import { asMetricDefinitions } from './metric-definitions.ts'
import { deviceOf } from './instance-choice.ts'
import type { Recipe, RecipeDeps } from './recipe.ts'
import { sourceTarball } from './source-tarball.ts'

type Spec = ApproachOf<'pytorch-script'>

const table = {
  backbone: { type: 'text', options: ['resnet34', 'resnet50'] },
  epochs: { type: 'integer', min: 1 },
  'batch-size': { type: 'integer', min: 1 },
  'learning-rate': { type: 'number', min: 0, aboveMin: true, max: 10 },
  momentum: { type: 'number', min: 0, max: 1 },
  'weight-decay': { type: 'number', min: 0, max: 1 },
} as const satisfies HyperparameterTable

const ENTRY_POINT = 'train.py'
const CODE_CHANNEL = '/opt/ml/input/data/code/sourcedir.tar.gz'
const METRICS = [
  { name: 'main_score', regex: 'main_score=([0-9\\.]+)' },
  { name: 'loss', regex: '(?:^|[^_])loss=([0-9\\.]+)' },
]

/** `gpu` or `cpu` is a part of the image's tag. */
const image = (use: 'training' | 'inference', { frameworkVersion }: Spec, region: string, instanceType: string) => {
  const device = deviceOf(instanceType)
  return `${ecrHost(DEEP_LEARNING_CONTAINERS_ACCOUNT, region)}/pytorch-${use}:${frameworkVersion}-${device}-py312`
}

/** The script-mode toolkit decodes every hyperparameter as JSON. */
const asJson = (values: Record<string, string | number | boolean>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]))

/** The study's baseline: our own source folder in the PyTorch script-mode image, class folders with Pascal VOC XML. */
export const createPytorchScript = ({ region, bucket }: RecipeDeps): Recipe<Spec> => ({
  name: 'pytorch-script',
  title: 'PyTorch script mode',
  lifeCycle: () => ({ state: 'current', note: 'AWS Deep Learning Containers for PyTorch.' }),
  instanceFamilies: async () => ({
    training: ['p3', 'p4d', 'g4dn', 'g5', 'g6', 'm5', 'c5'],
    hosting: ['p3', 'p4d', 'g4dn', 'g5', 'g6', 'm5', 'c5'],
  }),
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  afterInterruption: () => 'resumes',
  pace: {
    secondsPerImageEpoch: 28_800 / (300 * 1080),
    source: 'the study’s DDN: eight hours, taken as 300 epochs of 1,080 images',
  },
  objective: async () => ({ metric: 'main_score', direction: 'maximize' }),
  metrics: async () => METRICS,
  hyperparameters: async () => definitionsIn(table),
  train: async (spec, { experimentId, prepared, categories, seed, instanceType }) => {
    // A channel is a prefix: the tarball must be the only object below it, under the name that the toolkit looks for.
    const upload = {
      name: `code-${spec.source}/sourcedir.tar.gz`,
      bytes: await sourceTarball(join(assetFolder('sources'), spec.source)),
      contentType: 'application/gzip',
    }
    const { key } = bulkObject(experimentId, upload.name, upload.bytes)
    return {
      image: image('training', spec, region, instanceType),
      inputMode: 'File',
      metricDefinitions: asMetricDefinitions(METRICS),
      hyperparameters: asJson({
        ...spec.hyperparameters,
        'num-classes': prepared.classes.length + 1,
        // A list inside a string: the toolkit hands decoded lists on in Python's notation, which is no JSON.
        'class-names': JSON.stringify(
          prepared.classes.map((id) => categories.find((category) => category.id === id)?.name),
        ),
        seed,
        sagemaker_program: ENTRY_POINT,
        sagemaker_submit_directory: CODE_CHANNEL,
        sagemaker_container_log_level: 20,
        sagemaker_region: region,
      }),
      channels: [
        ...prepared.channels.map((channel) => preparedChannel(channel)),
        inputChannel('code', `s3://${bucket}/${dirname(key)}/`),
      ],
      networkIsolation: true,
      uploads: [upload],
    }
  },
  host: async (spec, { modelArtifact }) => ({
    container: {
      Image: image('inference', spec, region, spec.endpoint.instanceTypes[0] ?? ''),
      ModelDataUrl: modelArtifact,
      Environment: {
        SAGEMAKER_PROGRAM: ENTRY_POINT,
        SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
        SAGEMAKER_REGION: region,
      },
    },
  }),
  inference: async () => tensorFormat,
})
