import { type ApproachReport, type ApproachSpec, networkOf } from '@assay/contracts'

const rangeText = (range: NonNullable<ApproachSpec['tuning']>['ranges'][string]): string =>
  range.type === 'categorical'
    ? range.values.join(', ')
    : `${range.min} to ${range.max}${range.scale === 'auto' ? '' : `, ${range.scale}`}`

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
