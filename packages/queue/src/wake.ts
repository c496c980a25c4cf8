import type { CloudWait, Log } from '@assay/pipeline'
import type { CloudWaits } from './cloud-waits.ts'
import type { Queues } from './queues.ts'

/**
 * Makes the function by which anyone who learned that a resource of the cloud changed wakes the stages that wait for it: the poller, or
 * a consumer of the cloud's events. Harmless when it is called too often, too early or for a resource that nobody waits for.
 */
export const createWake =
  ({ waits, queues, log }: { waits: Pick<CloudWaits, 'of' | 'leave'>; queues: Pick<Queues, 'promote'>; log: Log }) =>
  async (resource: Pick<CloudWait, 'kind' | 'name'>): Promise<void> => {
    for (const waiter of await waits.of(resource)) {
      const state = await queues.promote(waiter.ref)
      if (state === 'over') await waits.leave(waiter)
      if (state === 'promoted') log.debug({ ...resource, stage: waiter.ref.stage }, 'parked stage woken')
    }
  }
