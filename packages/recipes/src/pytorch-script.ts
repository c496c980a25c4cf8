import { dirname } from 'node:path/posix'
import type { ApproachOf } from '@assay/contracts'
import { bulkObject } from '@assay/ledger'
import { PermanentError } from '@assay/pipeline'
import { objectiveFaults } from './declared-metrics.ts'
import { DEEP_LEARNING_CONTAINERS_ACCOUNT, ecrHost } from './ecr.ts'
import { declaredFormat } from './formats/declared.ts'
import { tensorFormat } from './formats/tensor.ts'
import { definitionsIn, type HyperparameterTable } from './hyperparameters.ts'
import { inputChannel, preparedChannel } from './input-channel.ts'
import { asMetricDefinitions } from './metric-definitions.ts'
import { deviceOf } from './instance-choice.ts'
import { fillPlaceholders, placeholderFaults } from './placeholders.ts'
import { readSource } from './read-source.ts'
import type { Recipe, RecipeDeps, TrainingContext } from './recipe.ts'

type Spec = ApproachOf<'pytorch-script'>

const table = {
  backbone: { type: 'text', options: ['resnet34', 'resnet50'] },
  epochs: { type: 'integer', min: 1 },
  'batch-size': { type: 'integer', min: 1 },
  'learning-rate': { type: 'number', min: 0, aboveMin: true, max: 10 },
  momentum: { type: 'number', min: 0, max: 1 },
  'weight-decay': { type: 'number', min: 0, max: 1 },
} as const satisfies HyperparameterTable

const CODE_CHANNEL = '/opt/ml/input/data/code/sourcedir.tar.gz'
const METRICS = [
  { name: 'main_score', regex: 'main_score=([0-9\\.]+)' },
  { name: 'loss', regex: '(?:^|[^_])loss=([0-9\\.]+)' },
]
const OBJECTIVE = { metric: 'main_score', direction: 'maximize' } as const

const isOwn = ({ source }: Spec) => source.startsWith('s3://')
const metricsOf = ({ metrics }: Spec) => metrics ?? METRICS
const objectiveOf = ({ objective }: Spec) => objective ?? OBJECTIVE

/** `gpu` or `cpu` is a part of the image's tag. */
const image = (use: 'training' | 'inference', { frameworkVersion }: Spec, region: string, instanceType: string) => {
  const device = deviceOf(instanceType)
  return `${ecrHost(DEEP_LEARNING_CONTAINERS_ACCOUNT, region)}/pytorch-${use}:${frameworkVersion}-${device}-py312`
}

/** The script-mode toolkit decodes every hyperparameter as JSON. */
const asJson = (values: Record<string, string | number | boolean>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]))

/** What an experiment knows and the shipped scripts ask for; an own script gets what its spec names. */
const valuesFor = (spec: Spec, context: TrainingContext): Record<string, string | number | boolean> =>
  isOwn(spec)
    ? fillPlaceholders(spec.hyperparameters, context)
    : {
        ...spec.hyperparameters,
        'num-classes': context.prepared.classes.length + 1,
        // A list inside a string: the toolkit hands decoded lists on in Python's notation, which is no JSON.
        'class-names': fillPlaceholders({ names: '{classNames}' }, context)['names'] ?? '',
        seed: context.seed,
      }

/** A source folder in the PyTorch script-mode image, class folders with Pascal VOC XML. The study's baseline is the one that ships. */
export const createPytorchScript = ({ s3, region, bucket }: RecipeDeps): Recipe<Spec> => ({
  name: 'pytorch-script',
  title: 'PyTorch script mode',
  lifeCycle: () => ({ state: 'current', note: 'AWS Deep Learning Containers for PyTorch.' }),
  instanceFamilies: async () => ({
    training: ['p3', 'p4d', 'g4dn', 'g5', 'g6', 'm5', 'c5'],
    hosting: ['p3', 'p4d', 'g4dn', 'g5', 'g6', 'm5', 'c5'],
  }),
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  afterInterruption: (spec) => (isOwn(spec) ? 'starts-over' : 'resumes'),
  pace: {
    secondsPerImageEpoch: 28_800 / (300 * 1080),
    source: 'the study’s DDN: eight hours, taken as 300 epochs of 1,080 images',
  },
  objective: async (spec) => objectiveOf(spec),
  metrics: async (spec) => metricsOf(spec),
  hyperparameters: async (spec) => (isOwn(spec) ? 'any' : definitionsIn(table)),
  ownObjects: (spec) => (isOwn(spec) ? [{ pointer: '/source', uri: spec.source }] : []),
  faults: async (spec) => {
    try {
      await readSource(s3, spec.source)
    } catch (error) {
      if (error instanceof PermanentError) return [{ pointer: '/source', detail: error.message }]
      throw error
    }
    return [
      ...objectiveFaults({ objective: objectiveOf(spec), metrics: metricsOf(spec) }),
      ...(isOwn(spec) ? placeholderFaults(spec) : []),
    ]
  },
  train: async (spec, context) => {
    const { experimentId, prepared, instanceType } = context
    // An own tarball is copied beside the experiment: what is at its address later does not count. A channel is a prefix: the tarball must be the only object below it, under the name that the toolkit looks for.
    const upload = {
      name: `code-${isOwn(spec) ? 'own' : spec.source}/sourcedir.tar.gz`,
      bytes: await readSource(s3, spec.source),
      contentType: 'application/gzip',
    }
    const { key } = bulkObject(experimentId, upload.name, upload.bytes)
    return {
      image: image('training', spec, region, instanceType),
      inputMode: 'File',
      metricDefinitions: asMetricDefinitions(metricsOf(spec)),
      hyperparameters: asJson({
        ...valuesFor(spec, context),
        sagemaker_program: spec.entryPoint,
        sagemaker_submit_directory: CODE_CHANNEL,
        sagemaker_container_log_level: 20,
        sagemaker_region: region,
      }),
      channels: [
        ...prepared.channels.map((channel) => preparedChannel(channel)),
        inputChannel('code', `s3://${bucket}/${dirname(key)}/`),
      ],
      // Own scripts may install requirements and fetch weights; the shipped ones need nothing from outside.
      networkIsolation: !isOwn(spec),
      uploads: [upload],
    }
  },
  host: async (spec, { modelArtifact }) => ({
    container: {
      Image: image('inference', spec, region, spec.endpoint.instanceTypes[0] ?? ''),
      ModelDataUrl: modelArtifact,
      Environment: {
        SAGEMAKER_PROGRAM: spec.entryPoint,
        SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
        SAGEMAKER_REGION: region,
      },
    },
  }),
  inference: async ({ response }) => (response ? declaredFormat(response) : tensorFormat),
})
