import type { ChannelLayout } from './channel-layouts.ts'
import type { ApproachOf, ApproachSpec, RecipeName } from './experiment.ts'

/** What the rest of the system must know of an approach without asking the cloud. */
interface Traits<Spec> {
  /** Layout of the training channels; approaches of one layout share one prepare stage. */
  layout: (spec: Spec) => ChannelLayout
  /** What is asked for, in words for people; `pretrainedOn` is null where training starts from random weights. */
  network: (spec: Spec) => { network: string; pretrainedOn: string | null }
}

const traits: { [Name in RecipeName]: Traits<ApproachOf<Name>> } = {
  'sagemaker-object-detection': {
    layout: ({ channels }) => channels,
    network: ({ hyperparameters }) => ({
      network: `SSD, ${hyperparameters['base_network'] ?? 'vgg-16'} backbone`,
      pretrainedOn: String(hyperparameters['use_pretrained_model'] ?? 1) === '1' ? 'ImageNet' : null,
    }),
  },
  jumpstart: {
    layout: () => 'jumpstart',
    network: ({ modelId, modelVersion }) => ({
      network: `${modelId} ${modelVersion}`,
      pretrainedOn: 'as the JumpStart model comes',
    }),
  },
  'pytorch-script': {
    layout: () => 'voc-folders',
    network: ({ source, hyperparameters }) =>
      source === 'torchvision'
        ? {
            network: String(hyperparameters['network'] ?? 'fasterrcnn_resnet50_fpn_v2'),
            pretrainedOn: hyperparameters['pretrained'] === 'none' ? null : 'COCO',
          }
        : { network: `${source} (${hyperparameters['backbone'] ?? 'its default'} backbone)`, pretrainedOn: null },
  },
  container: {
    layout: ({ channels }) => channels.layout,
    network: ({ trainingImage }) => ({ network: trainingImage, pretrainedOn: 'as the image does' }),
  },
}

// The table pairs each name with its own approach; the compiler cannot follow that through a union.
const traitsOf = (spec: ApproachSpec) => traits[spec.recipe] as Traits<ApproachSpec>

export const layoutOf = (spec: ApproachSpec): ChannelLayout => traitsOf(spec).layout(spec)
export const networkOf = (spec: ApproachSpec): { network: string; pretrainedOn: string | null } =>
  traitsOf(spec).network(spec)
