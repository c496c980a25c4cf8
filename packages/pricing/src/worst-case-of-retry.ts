import type { ApproachCost } from '@assay/contracts'
import type { ApproachRecord, ExperimentRecord } from '@assay/pipeline'
import { sumOfItems } from './bill.ts'
import {
  type ApproachWorstCase,
  sumWorstCases,
  worstCase,
  type WorstCase,
  type WorstCaseOptions,
} from './worst-case.ts'

export interface RetryWorstCaseOptions extends WorstCaseOptions {
  /** What each approach has cost so far, whatever runs counted until now. */
  spent: readonly ApproachCost[]
  nowMs: number
}

/** Nothing of it can cost any more. */
const isOver = ({ train, teardown, intents }: ApproachRecord) =>
  teardown !== undefined || (train !== undefined && train.status !== 'succeeded' && intents.length === 0)

/**
 * The most that an experiment can have cost in all once an approach has begun another attempt. What is over costs what it cost; a first
 * attempt that goes on, its whole worst case; what was begun again, what it cost so far and what is ahead of it: its training unless one is
 * kept, and an endpoint from now until the deadline.
 */
export const worstCaseOfRetry = (
  { spec, createdAt, approaches }: Pick<ExperimentRecord, 'spec' | 'createdAt' | 'approaches'>,
  approachId: string,
  { spent, nowMs, ...options }: RetryWorstCaseOptions,
): WorstCase => {
  const leftHours = Math.max(0, (Date.parse(createdAt) - nowMs) / 3_600_000 + spec.deadlineHours)
  const whole = worstCase(spec, options).approaches
  const left = worstCase({ ...spec, deadlineHours: leftHours }, options).approaches
  const inAll = (approach: ApproachRecord): ApproachWorstCase[] => {
    const { id, index, attempt, train } = approach
    const items = spent.find((one) => one.approachId === id)?.microUsd
    const soFar = items ? sumOfItems(items) : 0
    if (id !== approachId && isOver(approach))
      return [{ approachId: id, microUsd: soFar, trainingMicroUsd: 0, endpointMicroUsd: 0 }]
    if (id !== approachId && attempt === 1) return whole.slice(index, index + 1)
    return left.slice(index, index + 1).map((ahead) => {
      if (ahead.microUsd === null) return ahead
      const trainingMicroUsd = train?.status === 'succeeded' ? 0 : ahead.trainingMicroUsd
      return { ...ahead, trainingMicroUsd, microUsd: soFar + trainingMicroUsd + ahead.endpointMicroUsd }
    })
  }
  return sumWorstCases(approaches.flatMap(inAll))
}
