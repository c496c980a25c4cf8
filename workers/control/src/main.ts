import { runWorker } from '@assay/runtime'
import { createFinish } from './finish.ts'
import { reconcileForever } from './reconcile.ts'
import { createTeardown } from './teardown.ts'

await runWorker('worker-control', 'control', (context) => {
  const { clients, region, ledger, advance, queues, timing, log } = context
  return {
    handlers: { teardown: createTeardown(context), finish: createFinish({ sagemaker: clients.sagemaker, region }) },
    background: (signal) =>
      reconcileForever({ ledger, advance, ensureDatasetCheck: queues.ensureDatasetCheck, timing, log }, signal),
  }
})
