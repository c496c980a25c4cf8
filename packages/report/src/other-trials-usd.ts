import type { ApproachReport } from '@assay/contracts'

/** Of the training cost, what trials cost whose model was not scored: exact, since both are whole micro-dollars. */
export const otherTrialsUsd = ({ trainingCostUsd, cost }: ApproachReport): number | null =>
  trainingCostUsd === null || cost.bestTrialUsd === null
    ? null
    : Math.round((trainingCostUsd - cost.bestTrialUsd) * 1e6) / 1e6
