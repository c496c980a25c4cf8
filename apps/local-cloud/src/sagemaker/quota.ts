import { AwsError } from '../aws-error.ts'
import type { CloudContext } from './context.ts'

/** What instances are used for, in the words of the quota's name. */
export type InstanceUse = 'training job' | 'spot training job' | 'endpoint' | 'transform job'

/** Throws ResourceLimitExceeded where a quota is set and `delta` more instances would exceed it. */
export const assertQuota = (
  { lifecycle }: CloudContext,
  use: InstanceUse,
  instanceType: string | undefined,
  delta: number,
  inUse: () => number,
): void => {
  const name = `${instanceType} for ${use} usage`
  const limit = lifecycle.settings.quotas[name]
  if (limit === undefined) return
  const used = inUse()
  if (used + delta <= limit) return
  throw new AwsError(
    'ResourceLimitExceeded',
    `The account-level service limit '${name}' is ${limit} Instances, with current utilization of ${used} Instances and a request delta of ${delta} Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.`,
  )
}
