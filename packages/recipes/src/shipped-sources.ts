import { join } from 'node:path'
import type { ApproachOf, ShippedSource } from '@assay/contracts'
import { listSourceFiles, type PackedSource, packSource, type SourceFile } from '@assay/sources'
import { assetFolder } from './asset-folder.ts'
import { declaredFormat } from './formats/declared.ts'
import { shippedAnswer } from './formats/shipped-answer.ts'
import { tensorFormat } from './formats/tensor.ts'
import type { HyperparameterTable } from './hyperparameters.ts'
import type { InferenceFormat } from './recipe.ts'

interface ShippedFacts {
  hyperparameters: HyperparameterTable
  inference: InferenceFormat
  /** Whether it fetches pretrained weights over the network, unless a channel brings them. */
  fetchesWeights: (hyperparameters: ApproachOf<'pytorch-script'>['hyperparameters']) => boolean
  /** Whether it can use weights from a channel at all. */
  takesWeights: boolean
}

const common = {
  epochs: { type: 'integer', min: 1 },
  'batch-size': { type: 'integer', min: 1 },
  'image-size': { type: 'integer', min: 32, max: 4096 },
  'learning-rate': { type: 'number', min: 0, aboveMin: true, max: 10 },
  momentum: { type: 'number', min: 0, max: 1 },
  'weight-decay': { type: 'number', min: 0, max: 1 },
} as const satisfies HyperparameterTable

/** What is known of the source folders that ship with Assay, by name. */
export const shippedSources: Readonly<Record<ShippedSource, ShippedFacts>> = {
  ddn: {
    hyperparameters: { backbone: { type: 'text', options: ['resnet34', 'resnet50'] }, ...common },
    inference: tensorFormat,
    fetchesWeights: () => false,
    takesWeights: false,
  },
  torchvision: {
    hyperparameters: {
      network: {
        type: 'text',
        options: ['fasterrcnn_resnet50_fpn_v2', 'retinanet_resnet50_fpn_v2', 'fcos_resnet50_fpn'],
      },
      pretrained: { type: 'text', options: ['coco', 'none'], tunable: false },
      'trainable-layers': { type: 'integer', min: 0, max: 5 },
      ...common,
    },
    inference: declaredFormat(shippedAnswer),
    fetchesWeights: ({ pretrained }) => pretrained !== 'none',
    takesWeights: true,
  },
}

export const isShipped = (source: string): source is ShippedSource => Object.hasOwn(shippedSources, source)

/** What the shipped sources share; it lies in each one's tarball under this name. */
const SHARED = 'assay_detection'

/** Files of a shipped source, with what it shares with the others. */
export const shippedSourceFiles = async (name: ShippedSource): Promise<SourceFile[]> => {
  const folder = assetFolder('sources')
  const [own, shared] = await Promise.all([listSourceFiles(join(folder, name)), listSourceFiles(join(folder, SHARED))])
  return [...own, ...shared.map((file) => ({ ...file, name: `${SHARED}/${file.name}` }))]
}

/** A shipped source as it is sent. */
export const packShippedSource = async (name: ShippedSource): Promise<PackedSource> =>
  packSource(await shippedSourceFiles(name))
