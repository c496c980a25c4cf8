import type { ApproachReport } from '@assay/contracts'

const mapOf = ({ stats }: ApproachReport) => stats?.[0] ?? -2

/** Approaches by mAP, best first; those without numbers last. Ties stay in the order of the spec. */
export const ranked = (approaches: readonly ApproachReport[]): ApproachReport[] =>
  [...approaches].sort((a, b) => mapOf(b) - mapOf(a))
