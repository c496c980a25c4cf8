import type { Cleanup } from '@assay/contracts'
import type { CloudResource } from './list-resources.ts'
import { type SweepDeps, sweepOrphans } from './sweep-orphans.ts'

/** The cloud's clock may differ from ours by so much. */
const CLOCK_SKEW_MS = 10 * 60_000
/** What was living is judged again after this. */
const JUDGE_AGAIN_MS = 3_600_000

/**
 * Makes the pass that is repeated for ever. It remembers which resources were living, so that ten thousand running jobs do not cost ten
 * thousand looks at tags and ledger every time, and when it last saw all jobs, so that ended ones are not listed again and again.
 */
export const createJanitor = (deps: SweepDeps) => {
  const livingSinceMs = new Map<string, number>()
  let completeAt: Date | undefined
  // A name that was given anew after its deletion is another resource.
  const keyOf = ({ kind, name, createdAt }: CloudResource) => `${kind}/${name}/${createdAt.getTime()}`

  return async (): Promise<Cleanup> => {
    const startedAt = deps.now()
    for (const [key, sinceMs] of livingSinceMs)
      if (startedAt.getTime() - sinceMs > JUDGE_AGAIN_MS) livingSinceMs.delete(key)
    const cleanup = await sweepOrphans(deps, {
      ...(completeAt ? { jobsChangedAfter: new Date(completeAt.getTime() - CLOCK_SKEW_MS) } : {}),
      skip: (resource) => livingSinceMs.has(keyOf(resource)),
      sawLiving: (resource) => {
        if (!livingSinceMs.has(keyOf(resource))) livingSinceMs.set(keyOf(resource), startedAt.getTime())
      },
    })
    // An orphan that stays, or one too young to judge, must be listed by the next pass as well, changed or not.
    if (cleanup.looked.young === 0 && cleanup.orphans.every(({ outcome }) => outcome === 'removed'))
      completeAt = startedAt
    return cleanup
  }
}
