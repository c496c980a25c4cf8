import { isCapacityFailure } from '@assay/cloud'
import type { Trial } from '@assay/contracts'

type EndedJob = Pick<Trial, 'failureReason' | 'secondaryStatus' | 'billableSeconds'>

/**
 * Whether jobs failed for want of an instance and none of them was ever billed: what has trained for money is not begun anew on another type
 * without being asked, since a budget counts every trial once.
 */
export const gotNoInstance = (jobs: readonly EndedJob[]): boolean =>
  jobs.length > 0 &&
  jobs.every(
    ({ failureReason, secondaryStatus, billableSeconds = 0 }) =>
      billableSeconds === 0 && (isCapacityFailure(failureReason) || secondaryStatus === 'MaxWaitTimeExceeded'),
  )
