import type { Reason } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from './record.ts'

/** Attempts of an approach that begin unasked after troubles of the cloud; the next after that is somebody's to ask for. */
const MOST_UNASKED = 2

/** Why the attempt's training or endpoint failed. */
const failureOf = ({ train, deploy }: ApproachRecord): Reason | undefined =>
  [train, deploy].find((outcome) => outcome?.status === 'failed')?.reason

/**
 * The cloud's own trouble, which another attempt may not meet. What fails inside may have been billed for hours, so it is repeated
 * only where no budget was promised; a missing instance bills nothing.
 */
const isOfTheCloud = (reason: Reason | undefined, hasBudget: boolean): boolean =>
  reason?.code === 'no_capacity' || (reason?.code === 'cloud_failed' && !hasBudget)

/**
 * Attempts that begin without being asked for: where the instance types of the one before were refused and others are left, and, at most
 * twice, where the cloud had no capacity or failed inside. An algorithm's own error never. Pure; writing their documents twice does no harm.
 */
export const nextAttempts = ({
  approaches,
  earlierAttempts,
  cancelRequestedAt,
  spec,
}: ExperimentRecord): { approachId: string; attempt: number }[] => {
  if (cancelRequestedAt !== undefined) return []
  const isRepeated = (attempt: ApproachRecord) => isOfTheCloud(failureOf(attempt), spec.budget !== undefined)
  const unasked = (approachId: string) =>
    earlierAttempts.filter(
      (one) => one.id === approachId && isRepeated(one) && failureOf(one)?.nextInstanceType === undefined,
    ).length
  return approaches
    .filter(
      (attempt) =>
        failureOf(attempt)?.nextInstanceType !== undefined ||
        (isRepeated(attempt) && unasked(attempt.id) < MOST_UNASKED),
    )
    .map(({ id, attempt }) => ({ approachId: id, attempt: attempt + 1 }))
}
