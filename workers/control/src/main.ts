import { createJanitor } from '@assay/cleanup'
import { createRunHistory } from '@assay/ledger'
import { pollEveryMs } from '@assay/pipeline'
import { createCloudWaits, createLease, createNotes, createWake } from '@assay/queue'
import { runWorker } from '@assay/runtime'
import { createFinish } from './finish.ts'
import { createPollCloud } from './poller/poll-cloud.ts'
import { createReconciler } from './reconciler/create-reconciler.ts'
import { createRecordRuns } from './record-runs.ts'
import { repeatForever, type Repetition } from './repeat-forever.ts'
import { createTeardown } from './teardown.ts'

await runWorker('worker-control', 'control', (context) => {
  const { clients, region, bucket, bulk, ledger, queues, redis, redisPrefix, timing, log, loadExperiment } = context
  const { sagemaker, s3 } = clients
  const history = createRunHistory({ s3, bucket })
  const now = () => new Date()
  const waits = createCloudWaits(redis, redisPrefix)
  const notes = createNotes(redis, redisPrefix)
  const passes: Pick<Repetition, 'name' | 'everyMs' | 'pass'>[] = [
    {
      name: 'reconciler',
      everyMs: () => timing.reconcileMs,
      pass: createReconciler({ ...context, notes, now }),
    },
    {
      name: 'poller',
      everyMs: async () => pollEveryMs(await waits.count(), timing),
      pass: createPollCloud({ sagemaker, waits, wake: createWake({ waits, queues, log }), timing }),
    },
    {
      name: 'janitor',
      everyMs: () => timing.janitorMs,
      pass: createJanitor({ sagemaker, installation: ledger.installation, loadExperiment, log, now }),
    },
  ]
  return {
    handlers: {
      teardown: createTeardown(context),
      finish: createFinish({ sagemaker, region, recordRuns: createRecordRuns({ bulk, history }) }),
    },
    background: async (signal) => {
      const repetitions = passes.map((one) => ({ ...one, lease: createLease(redis, redisPrefix, one.name), log }))
      await Promise.all(repetitions.map((repetition) => repeatForever(repetition, signal)))
    },
  }
})
