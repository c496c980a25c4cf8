import { runWorker } from '@assay/runtime'
import { createFinish } from './finish.ts'
import { sweepOrphans } from './janitor.ts'
import { repeatForever, sweep } from './reconcile.ts'
import { createTeardown } from './teardown.ts'

await runWorker('worker-control', 'control', (context) => {
  const { clients, region, ledger, advance, queues, timing, log, loadExperiment } = context
  const { sagemaker } = clients
  return {
    handlers: { teardown: createTeardown(context), finish: createFinish({ sagemaker, region }) },
    background: async (signal) => {
      const reconcile = () => sweep({ ledger, advance, ensureDatasetCheck: queues.ensureDatasetCheck, log })
      const clean = () => sweepOrphans({ sagemaker, installation: ledger.installation, loadExperiment, log })
      await Promise.all([
        repeatForever({ name: 'reconcile', everyMs: timing.reconcileLedgerMs, pass: reconcile, log }, signal),
        repeatForever({ name: 'janitor', everyMs: timing.janitorMs, pass: clean, log }, signal),
      ])
    },
  }
})
