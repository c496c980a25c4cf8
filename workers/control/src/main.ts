import { createJanitor } from '@assay/cleanup'
import { createRunHistory } from '@assay/ledger'
import { createCloudWaits, createLease, createWake } from '@assay/queue'
import { runWorker } from '@assay/runtime'
import { createFinish } from './finish.ts'
import { createPollCloud } from './poller/poll-cloud.ts'
import { pollForever } from './poller/poll-forever.ts'
import { repeatForever, sweep } from './reconcile.ts'
import { createRecordRuns } from './record-runs.ts'
import { createTeardown } from './teardown.ts'

await runWorker('worker-control', 'control', (context) => {
  const { clients, region, bucket, bulk, ledger, advance, queues, redis, redisPrefix, timing, log, loadExperiment } =
    context
  const { sagemaker, s3 } = clients
  const history = createRunHistory({ s3, bucket })
  const now = () => new Date()
  const clean = createJanitor({ sagemaker, installation: ledger.installation, loadExperiment, log, now })
  const waits = createCloudWaits(redis, redisPrefix)
  const lease = createLease(redis, redisPrefix, 'poller')
  const poll = createPollCloud({ sagemaker, waits, wake: createWake({ waits, queues, log }), timing })
  return {
    handlers: {
      teardown: createTeardown(context),
      finish: createFinish({ sagemaker, region, recordRuns: createRecordRuns({ bulk, history }) }),
    },
    background: async (signal) => {
      const reconcile = () => sweep({ ledger, advance, ensureDatasetCheck: queues.ensureDatasetCheck, log })
      await Promise.all([
        repeatForever({ name: 'reconcile', everyMs: timing.reconcileLedgerMs, pass: reconcile, log }, signal),
        repeatForever({ name: 'janitor', everyMs: timing.janitorMs, pass: clean, log }, signal),
        pollForever({ poll, waits, lease, timing, log }, signal),
      ])
    },
  }
})
