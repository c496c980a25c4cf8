import type { ExperimentRecord } from './record.ts'

/**
 * Attempts that begin without being asked for: the instance types of the one before were refused and others are left. Pure; writing their
 * documents twice does no harm.
 */
export const nextAttempts = ({
  approaches,
  cancelRequestedAt,
}: ExperimentRecord): { approachId: string; attempt: number }[] =>
  cancelRequestedAt === undefined
    ? approaches
        .filter(({ train, deploy }) => (deploy ?? train)?.reason?.nextInstanceType !== undefined)
        .map(({ id, attempt }) => ({ approachId: id, attempt: attempt + 1 }))
    : []
