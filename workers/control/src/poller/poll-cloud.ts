import type { CloudWait } from '@assay/pipeline'
import type { CloudWaiter, CloudWaits } from '@assay/queue'
import { createPollKind, type PollKindDeps } from './poll-kind.ts'

/** Makes a look at everything that parked stages wait for, a listing for each kind of resource. */
export const createPollCloud = ({ waits, ...deps }: PollKindDeps & { waits: Pick<CloudWaits, 'all'> }) => {
  const polls = (['training-job', 'tuning-job', 'transform-job', 'endpoint'] as const).map(
    (kind): [CloudWait['kind'], (waiters: readonly CloudWaiter[]) => Promise<void>] => [
      kind,
      createPollKind(kind, deps),
    ],
  )
  return async (): Promise<void> => {
    const waiters = await waits.all()
    await Promise.all(polls.map(([kind, poll]) => poll(waiters.filter(({ wait }) => wait.kind === kind))))
  }
}
