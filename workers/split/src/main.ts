import { MOST_CRASHES } from '@assay/pipeline'
import { runWorker } from '@assay/runtime'
import { createCheckDataset } from './check-dataset.ts'
import { createPrepare } from './prepare.ts'
import { setAside } from './set-aside.ts'
import { createSplit } from './split.ts'

await runWorker('worker-split', 'split', (context) => {
  const { clients, bulk, bucket, ledger, live, log } = context
  const { s3 } = clients
  const checkDataset = createCheckDataset({ s3, bulk })
  return {
    handlers: { split: createSplit({ s3, bulk }), prepare: createPrepare({ s3, bulk, bucket }) },
    checkDataset: async (datasetId, crashes) => {
      const entry = await ledger.readDataset(datasetId)
      if (!entry || entry.check) return undefined
      if (crashes >= MOST_CRASHES) {
        await ledger.recordDatasetCheck(datasetId, setAside(entry.record.location, crashes, new Date()))
        return undefined
      }
      const since = new Date().toISOString()
      const check = await checkDataset(entry.record, {
        log,
        now: () => new Date(),
        progress: (progress) => {
          live.setDatasetProgress(datasetId, { ...progress, state: 'running', since }).catch(() => {})
        },
      })
      await ledger.recordDatasetCheck(datasetId, check)
      return undefined
    },
  }
})
