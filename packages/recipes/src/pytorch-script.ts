import { dirname } from 'node:path/posix'
import type { ApproachOf } from '@assay/contracts'
import { bulkObject } from '@assay/ledger'
import { storedSourceSha256 } from '@assay/sources'
import { objectiveFaults } from './declared-metrics.ts'
import { DEEP_LEARNING_CONTAINERS_ACCOUNT, ecrHost } from './ecr.ts'
import { declaredFormat } from './formats/declared.ts'
import { tensorFormat } from './formats/tensor.ts'
import { definitionsIn } from './hyperparameters.ts'
import { inputChannel, preparedChannel } from './input-channel.ts'
import { asMetricDefinitions } from './metric-definitions.ts'
import { deviceOf } from './instance-choice.ts'
import { fillPlaceholders, placeholderFaults } from './placeholders.ts'
import { readSource } from './read-source.ts'
import type { Recipe, RecipeDeps, SettingFault, TrainingContext } from './recipe.ts'
import { isShipped, packShippedSource, shippedSources } from './shipped-sources.ts'
import { isUnsent, sourceFaults } from './source-faults.ts'

type Spec = ApproachOf<'pytorch-script'>

const CODE_CHANNEL = '/opt/ml/input/data/code/sourcedir.tar.gz'
const METRICS = [
  { name: 'main_score', regex: 'main_score=([0-9\\.]+)' },
  { name: 'loss', regex: '(?:^|[^_])loss=([0-9\\.]+)' },
]
const OBJECTIVE = { metric: 'main_score', direction: 'maximize' } as const

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
  isShipped(spec.source)
    ? {
        ...spec.hyperparameters,
        'num-classes': context.prepared.classes.length + 1,
        // A list inside a string: the toolkit hands decoded lists on in Python's notation, which is no JSON.
        'class-names': fillPlaceholders({ names: '{classNames}' }, context)['names'] ?? '',
        seed: context.seed,
      }
    : fillPlaceholders(spec.hyperparameters, context)

/** Own scripts may install requirements and fetch what they like; a shipped one is open only for weights that no channel brings. */
const needsNetwork = ({ source, weights, hyperparameters }: Spec): boolean =>
  isShipped(source) ? weights === undefined && shippedSources[source].fetchesWeights(hyperparameters) : true

const weightsFaults = ({ source, weights, hyperparameters }: Spec): SettingFault[] => {
  if (weights === undefined || !isShipped(source)) return []
  const { takesWeights, fetchesWeights } = shippedSources[source]
  if (!takesWeights)
    return [{ pointer: '/weights', detail: `weights met, none needed: ${source} trains from random weights` }]
  return fetchesWeights(hyperparameters)
    ? []
    : [{ pointer: '/weights', detail: 'weights met, none needed where the hyperparameter pretrained is none' }]
}

/** Where the code channel lies, and the tarball that must be put there first. */
const codeOf = async ({ s3, bucket }: Pick<RecipeDeps, 's3' | 'bucket'>, { source }: Spec, experimentId: string) => {
  // What was sent to the API lies at an address that says what it holds, and stays.
  if (storedSourceSha256(source, bucket) !== undefined) return { uri: `${dirname(source)}/`, uploads: [] }
  // Another tarball is copied beside the experiment: what is at its address later does not count. A channel is a prefix: the tarball must be the only object below it, under the name that the toolkit looks for.
  const upload = {
    name: `code-${isShipped(source) ? source : 'own'}/sourcedir.tar.gz`,
    bytes: isShipped(source) ? (await packShippedSource(source)).bytes : await readSource(s3, source),
    contentType: 'application/gzip',
  }
  const { key } = bulkObject(experimentId, upload.name, upload.bytes)
  return { uri: `s3://${bucket}/${dirname(key)}/`, uploads: [upload] }
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
  afterInterruption: ({ source }) => (isShipped(source) ? 'resumes' : 'starts-over'),
  pace: {
    secondsPerImageEpoch: 28_800 / (300 * 1080),
    source: 'the study’s DDN: eight hours, taken as 300 epochs of 1,080 images',
  },
  objective: async (spec) => objectiveOf(spec),
  metrics: async (spec) => metricsOf(spec),
  hyperparameters: async ({ source }) =>
    isShipped(source) ? definitionsIn(shippedSources[source].hyperparameters) : 'any',
  ownObjects: ({ source, weights }) => [
    ...(isShipped(source) ? [] : [{ pointer: '/source', uri: source }]),
    ...(weights === undefined ? [] : [{ pointer: '/weights', uri: weights }]),
  ],
  faults: async (spec, options) => [
    ...(await sourceFaults({ s3, bucket }, spec, options)),
    ...weightsFaults(spec),
    ...objectiveFaults({ objective: objectiveOf(spec), metrics: metricsOf(spec) }),
    ...(isShipped(spec.source) ? [] : placeholderFaults(spec)),
  ],
  isUnsent: (spec) => isUnsent({ s3, bucket }, spec),
  train: async (spec, context) => {
    const { experimentId, prepared, instanceType } = context
    const { uri, uploads } = await codeOf({ s3, bucket }, spec, experimentId)
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
        inputChannel('code', uri),
        ...(spec.weights === undefined ? [] : [inputChannel('weights', spec.weights)]),
      ],
      networkIsolation: !needsNetwork(spec),
      uploads,
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
  inference: async ({ source, response }) =>
    response ? declaredFormat(response) : isShipped(source) ? shippedSources[source].inference : tensorFormat,
})
