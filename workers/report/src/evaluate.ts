import { cocoResultsSchema } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { PermanentError, type StageHandler } from '@assay/pipeline'
import { groundTruthOf } from '@assay/report'
import { collectResults } from './collect-results.ts'
import { datasetManifestOf, splitManifestOf } from './manifests.ts'

import type { Judge } from './judge.ts'

export interface EvaluateDeps {
  bulk: BulkStore
  /** Judges off the event loop (see `createThreadJudge`); tests judge inline. */
  judge: Judge
}

/** Scores an approach's answers to all test images as COCO does, and keeps them as one COCO results file. */
export const createEvaluate =
  ({ bulk, judge }: EvaluateDeps): StageHandler<'evaluate'> =>
  async ({ experiment, approach }, { log, progress }) => {
    const [manifest, split] = await Promise.all([
      datasetManifestOf(experiment, bulk),
      splitManifestOf(experiment, bulk),
    ])
    const shards = await Promise.all(
      [...approach.infer].map(async ([shard, { output }]) => {
        if (!output) throw new PermanentError('shard_without_output', `shard ${shard} of ${approach.id} has no results`)
        const results = cocoResultsSchema.parse(await bulk.getJson(output.results))
        return { shard, images: output.images, failed: output.failed, results }
      }),
    )
    const results = collectResults(shards, split)
    progress({ message: `scoring ${results.length} boxes` })
    const { diagnosis, ...numbers } = await judge('evaluate', {
      groundTruth: groundTruthOf(manifest, split),
      results,
    })
    const folder = `evaluate/${approach.id}/${approach.attempt}`
    const predictions = await bulk.putJson(experiment.id, `${folder}/predictions.coco.json`, results)
    const details = await bulk.putJson(experiment.id, `${folder}/details.json`, diagnosis)
    log.info({ boxes: results.length, map: numbers.stats[0] }, 'approach evaluated')
    return { ...numbers, predictions, details }
  }
