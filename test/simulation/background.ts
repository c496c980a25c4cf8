import { createJanitor } from '@assay/cleanup'
import { waitingStages } from '@assay/pipeline'
import { type CloudWaiter, createWake } from '@assay/queue'
import type { StageRef } from '@assay/contracts'
import { createPollCloud } from '../../workers/control/src/poller/poll-cloud.ts'
import { createReconciler } from '../../workers/control/src/reconciler/create-reconciler.ts'
import type { Ground } from './ground.ts'
import type { Parts } from './process-parts.ts'
import type { Process } from './processes.ts'
import { EXPERIMENT_ID, INSTALLATION, log, timing } from './simulated-experiment.ts'
import type { VirtualRedis } from './virtual-redis.ts'

/** The poller of a process; it remembers what it listed. */
export const createPoll = (ground: Ground, redis: VirtualRedis, process: Process, { sagemaker }: Parts) => {
  const waits = {
    all: async () => [...redis.waits.values()],
    of: async ({ kind, name }: { kind: CloudWaiter['wait']['kind']; name: string }) =>
      waitingStages[kind].flatMap((stage) => redis.waits.get(`${kind}/${name}/${stage}`) ?? []),
    leave: async ({ ref, wait }: CloudWaiter) => {
      redis.waits.delete(`${wait.kind}/${wait.name}/${ref.stage}`)
    },
  }
  const promote = (ref: StageRef) => ground.call(process, () => redis.promote(ref))
  return createPollCloud({ sagemaker, waits, wake: createWake({ waits, queues: { promote }, log }), timing })
}

export const createReconcile = (ground: Ground, redis: VirtualRedis, process: Process, { advance }: Parts) => {
  const open = () => ground.call(process, () => (ground.isOpen ? [EXPERIMENT_ID] : []))
  return createReconciler({
    ledger: {
      openIds: async function* openIds() {
        yield* await open()
      },
      readDataset: async () => undefined,
    },
    notes: {
      all: async () => new Map(redis.note ? [[EXPERIMENT_ID, redis.note]] : []),
      wereLost: async () => redis.wereNotesLost(),
    },
    queues: { liveJobs: async () => redis.liveJobs(), ensureDatasetCheck: async () => {} },
    advance,
    timing,
    log,
    now: () => ground.now(),
  })
}

export const createSweep = (ground: Ground, { sagemaker, loadExperiment }: Parts) =>
  createJanitor({ sagemaker, installation: INSTALLATION, loadExperiment, log, now: () => ground.now() })
