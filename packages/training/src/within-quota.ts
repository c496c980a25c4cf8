import { isQuotaExceeded } from '@assay/cloud'
import { type ApproachRecord, InstancesRefused } from '@assay/pipeline'
import type { AttemptContext } from './training-context.ts'

interface WithinQuota {
  approach: ApproachRecord
  attempt: Pick<AttemptContext, 'instanceTypes' | 'typeAfter'>
  create: () => Promise<unknown>
  exists: () => Promise<boolean>
}

/**
 * Sends a Create. An exceeded quota is thrown on, to be waited out, unless the spec asks for the next instance type and one is left.
 * Throws InstancesRefused then.
 */
export const withinQuota = async ({ approach, attempt, create, exists }: WithinQuota): Promise<void> => {
  try {
    await create()
  } catch (error) {
    const [first = ''] = attempt.instanceTypes
    const next = attempt.typeAfter(first)
    if (!isQuotaExceeded(error) || approach.spec.onQuota === 'wait' || next === undefined) throw error
    // Another delivery's job of our name may be the very one that fills the quota.
    if (await exists()) return
    const { message } = error as Error
    throw new InstancesRefused('no_quota', `${message} The next attempt begins with ${next}.`, next, { cause: error })
  }
}
