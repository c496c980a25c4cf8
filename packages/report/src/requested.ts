import type { ApproachReport, ApproachSpec } from '@assay/contracts'

const rangeText = (range: NonNullable<ApproachSpec['tuning']>['ranges'][string]): string =>
  range.type === 'categorical'
    ? range.values.join(', ')
    : `${range.min} to ${range.max}${range.scale === 'auto' ? '' : `, ${range.scale}`}`

// oxlint-disable-next-line typescript/consistent-return -- the switch covers every recipe
const networkOf = (spec: ApproachSpec): { network: string; pretrainedOn: string | null } => {
  const { hyperparameters } = spec
  switch (spec.recipe) {
    case 'sagemaker-object-detection': {
      const backbone = hyperparameters['base_network'] ?? 'vgg-16'
      const pretrained = String(hyperparameters['use_pretrained_model'] ?? 1) === '1'
      return { network: `SSD, ${backbone} backbone`, pretrainedOn: pretrained ? 'ImageNet' : null }
    }
    case 'jumpstart':
      return { network: `${spec.modelId} ${spec.modelVersion}`, pretrainedOn: 'as the JumpStart model comes' }
    case 'pytorch-script':
      return {
        network: `${spec.source} (${hyperparameters['backbone'] ?? 'its default'} backbone)`,
        pretrainedOn: null,
      }
  }
}

/** What the spec asked the cloud for, in words for people. What really ran is said by the container and stands beside it. */
export const requestedOf = (spec: ApproachSpec): ApproachReport['requested'] => {
  const epochs = Number(spec.hyperparameters['epochs'])
  return {
    ...networkOf(spec),
    epochs: Number.isFinite(epochs) ? epochs : null,
    instanceTypes: spec.instanceTypes ?? [],
    hyperparameters: Object.fromEntries(
      Object.entries(spec.hyperparameters).map(([name, value]) => [name, String(value)]),
    ),
    tuning: spec.tuning
      ? {
          strategy: spec.tuning.strategy,
          maxTrials: spec.tuning.maxTrials,
          maxParallel: spec.tuning.maxParallel,
          ranges: Object.fromEntries(
            Object.entries(spec.tuning.ranges).map(([name, range]) => [name, rangeText(range)]),
          ),
        }
      : null,
  }
}
