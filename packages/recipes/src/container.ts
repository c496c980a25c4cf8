import type { ApproachOf } from '@assay/contracts'
import { objectiveFaults } from './declared-metrics.ts'
import { declaredFormat } from './formats/declared.ts'
import { fillPlaceholders, placeholderFaults } from './placeholders.ts'
import { preparedChannel } from './input-channel.ts'
import { asMetricDefinitions } from './metric-definitions.ts'
import type { Recipe, SettingFault } from './recipe.ts'

type Spec = ApproachOf<'container'>

const modeFaults = ({ channels: { layout, inputMode } }: Spec): SettingFault[] =>
  layout === 'augmented-manifest' && inputMode !== undefined && inputMode !== 'Pipe'
    ? [
        {
          pointer: '/channels/inputMode',
          detail: `${inputMode} met; SageMaker reads an augmented manifest in Pipe mode only`,
        },
      ]
    : []

/** Any image that keeps SageMaker's container contract: what it reads, logs and answers is declared in the spec. */
export const createContainer = (): Recipe<Spec> => ({
  name: 'container',
  title: 'Own container',
  lifeCycle: () => ({ state: 'current', note: 'The image is yours, and so is its life cycle.' }),
  instanceFamilies: async () => ({ training: 'any', hosting: 'any' }),
  defaultInstanceTypes: ['ml.g4dn.xlarge'],
  afterInterruption: ({ checkpoints }) => (checkpoints ? 'resumes' : 'starts-over'),
  objective: async ({ objective }) => objective,
  metrics: async ({ metrics }) => metrics,
  hyperparameters: async () => 'any',
  faults: async (spec) => [...objectiveFaults(spec), ...modeFaults(spec), ...placeholderFaults(spec)],
  train: async (spec, context) => {
    const { channels, environment } = spec
    const inputMode = channels.inputMode ?? (channels.layout === 'augmented-manifest' ? 'Pipe' : 'File')
    return {
      image: spec.trainingImage,
      inputMode,
      metricDefinitions: asMetricDefinitions(spec.metrics),
      hyperparameters: fillPlaceholders(spec.hyperparameters, context),
      channels: context.prepared.channels.map((channel) =>
        preparedChannel(channel, { inputMode, name: channels.names[channel.name] ?? channel.name }),
      ),
      ...(Object.keys(environment).length === 0 ? {} : { environment }),
      networkIsolation: spec.networkIsolation,
      uploads: [],
    }
  },
  host: async ({ servingImage, trainingImage, servingEnvironment }, { modelArtifact }) => ({
    container: {
      Image: servingImage ?? trainingImage,
      ModelDataUrl: modelArtifact,
      ...(Object.keys(servingEnvironment).length === 0 ? {} : { Environment: servingEnvironment }),
    },
  }),
  inference: async ({ response }) => declaredFormat(response),
})
