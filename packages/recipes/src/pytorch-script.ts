import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import type { ApproachSpec } from '@assay/contracts'
import { assetFolder } from './asset-folder.ts'
import { DEEP_LEARNING_CONTAINERS_ACCOUNT, ecrHost } from './ecr.ts'
import { tensorFormat } from './formats/tensor.ts'
import type { HyperparameterTable } from './hyperparameters.ts'
import { deviceOf } from './instance-choice.ts'
import type { Recipe, RecipeDeps } from './recipe.ts'
import { sourceTarball } from './source-tarball.ts'

type Spec = Extract<ApproachSpec, { recipe: 'pytorch-script' }>

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
const MAIN_SCORE = 'main_score=([0-9\\.]+)'
const LOSS = 'loss=([0-9\\.]+)'

/** `gpu` or `cpu` is a part of the image's tag. */
const image = (use: 'training' | 'inference', { frameworkVersion }: Spec, region: string, instanceType: string) => {
  const device = deviceOf(instanceType)
  return `${ecrHost(DEEP_LEARNING_CONTAINERS_ACCOUNT, region)}/pytorch-${use}:${frameworkVersion}-${device}-py312`
}

/** The script-mode toolkit decodes every hyperparameter as JSON. */
const asJson = (values: Record<string, string | number | boolean>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]))

/** The study's baseline: our own source folder in the PyTorch script-mode image, class folders with Pascal VOC XML. */
export const createPytorchScript = ({ bulk, region, bucket }: RecipeDeps): Recipe<Spec> => ({
  name: 'pytorch-script',
  title: 'PyTorch script mode',
  layout: 'voc-folders',
  lifeCycle: { state: 'current', note: 'AWS Deep Learning Containers for PyTorch.' },
  instanceFamilies: ['p3', 'p4d', 'g4dn', 'g5', 'g6', 'm5', 'c5'],
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  objective: async () => ({ metric: 'main_score', direction: 'maximize' }),
  metrics: async () => ['main_score', 'loss'],
  hyperparameters: async () => Object.entries(table).map(([name, definition]) => ({ name, ...definition })),
  train: async (spec, { experimentId, prepared, categories, seed, instanceType }) => {
    const tarball = await sourceTarball(join(assetFolder('sources'), spec.source))
    // A channel is a prefix: the tarball must be the only object below it, under the name that the toolkit looks for.
    const stored = await bulk.put(experimentId, `code-${spec.source}/sourcedir.tar.gz`, tarball, 'application/gzip')
    return {
      image: image('training', spec, region, instanceType),
      inputMode: 'File',
      metricDefinitions: [
        { Name: 'main_score', Regex: MAIN_SCORE },
        { Name: 'loss', Regex: LOSS },
      ],
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
        ...prepared.channels.map(({ name, s3Uri }) => ({
          ChannelName: name,
          InputMode: 'File' as const,
          DataSource: {
            S3DataSource: {
              S3DataType: 'S3Prefix' as const,
              S3Uri: s3Uri,
              S3DataDistributionType: 'FullyReplicated' as const,
            },
          },
        })),
        {
          ChannelName: 'code',
          InputMode: 'File' as const,
          DataSource: {
            S3DataSource: {
              S3DataType: 'S3Prefix' as const,
              S3Uri: `s3://${bucket}/${dirname(stored.key)}/`,
              S3DataDistributionType: 'FullyReplicated' as const,
            },
          },
        },
      ],
      networkIsolation: true,
    }
  },
  curveMetrics: [
    { name: 'main_score', regex: /main_score=([0-9.]+)/ },
    { name: 'loss', regex: /(?<!_)loss=([0-9.]+)/ },
  ],
  host: async (spec, modelDataUri) => ({
    Image: image('inference', spec, region, spec.endpoint.instanceTypes[0] ?? ''),
    ModelDataUrl: modelDataUri,
    Environment: {
      SAGEMAKER_PROGRAM: ENTRY_POINT,
      SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
      SAGEMAKER_REGION: region,
    },
  }),
  inference: tensorFormat,
})
