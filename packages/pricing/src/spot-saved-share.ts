import type { Trial } from '@assay/contracts'

/** Share (0–1) of the on-demand price of its training time that spot capacity saved; undefined where no trial ran on it. */
export const spotSavedShare = (
  trials: readonly Pick<Trial, 'spot' | 'billableSeconds' | 'trainingSeconds' | 'instanceCount'>[],
): number | undefined => {
  const spot = trials.filter((trial) => trial.spot)
  const sum = (seconds: (trial: (typeof spot)[number]) => number | undefined) =>
    spot.reduce((total, trial) => total + (seconds(trial) ?? 0) * trial.instanceCount, 0)
  const trained = sum(({ trainingSeconds }) => trainingSeconds)
  return trained > 0 ? 1 - sum(({ billableSeconds }) => billableSeconds) / trained : undefined
}
