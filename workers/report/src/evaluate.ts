import { cocoResultsSchema, type CocoResults, type Diagnosis, type Outcome, type SplitManifest } from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { type ApproachRecord, isTrainedOn, PermanentError, type Shard, type StageHandler } from '@assay/pipeline'
import { groundTruthOf } from '@assay/report'
import { collectResults } from './collect-results.ts'
import { datasetManifestOf, splitManifestOf } from './manifests.ts'

import type { Judge, JudgeAnswer } from './judge.ts'

export interface EvaluateDeps {
  bulk: BulkStore
  /** Judges off the event loop (see `judgeInThread`); tests judge inline. */
  judge: Judge
}

const answersOf = async (
  outcomes: ReadonlyMap<number, Outcome<'infer'>>,
  split: SplitManifest,
  part: Shard['part'],
  bulk: BulkStore,
): Promise<CocoResults> => {
  const shards = await Promise.all(
    [...outcomes].map(async ([shard, { output, reason }]) => {
      if (!output)
        throw new PermanentError('shard_without_output', `${part} shard ${shard} has no results: ${reason?.message}`)
      const results = cocoResultsSchema.parse(await bulk.getJson(output.results))
      return { shard, images: output.images, failed: output.failed, results }
    }),
  )
  return collectResults(shards, split, part)
}

/** The answers to the validation images, or why there are none: without them the approach is judged all the same. */
const validationAnswers = async (
  approach: ApproachRecord,
  split: SplitManifest,
  bulk: BulkStore,
): Promise<{ results: CocoResults } | { reason: string }> => {
  if (isTrainedOn(approach, 'validation')) return { reason: 'it was trained on the validation images' }
  if (!split.images.some(({ part }) => part === 'validation')) return { reason: 'there are no validation images' }
  try {
    return { results: await answersOf(approach.inferValidation, split, 'validation', bulk) }
  } catch (error) {
    if (error instanceof PermanentError) return { reason: error.message }
    throw error
  }
}

const thresholdOf = ({ threshold }: JudgeAnswer['evaluate'], missing: string | undefined): Diagnosis['threshold'] => {
  if (threshold === null)
    return { chosenOn: 'nothing', reason: missing ?? 'it finds no object of the validation images' }
  return { chosenOn: 'validation', ...threshold }
}

/** Scores an approach's answers to all test images as COCO does, and keeps them as one COCO results file. */
export const createEvaluate =
  ({ bulk, judge }: EvaluateDeps): StageHandler<'evaluate'> =>
  async ({ experiment, approach }, { log, progress }) => {
    const [manifest, split] = await Promise.all([
      datasetManifestOf(experiment, bulk),
      splitManifestOf(experiment, bulk),
    ])
    const results = await answersOf(approach.infer, split, 'test', bulk)
    const validation = await validationAnswers(approach, split, bulk)
    progress({ message: `scoring ${results.length} boxes` })
    const answer = await judge('evaluate', {
      groundTruth: groundTruthOf(manifest, split),
      results,
      ...('results' in validation && {
        validation: { groundTruth: groundTruthOf(manifest, split, 'validation'), results: validation.results },
      }),
    })
    const { stats, perCategoryAP, perCategoryAP50, perIouMap, diagnosis } = answer
    const threshold = thresholdOf(answer, 'reason' in validation ? validation.reason : undefined)
    const folder = `evaluate/${approach.id}/${approach.attempt}`
    const predictions = await bulk.putJson(experiment.id, `${folder}/predictions.coco.json`, results)
    const details = await bulk.putJson(experiment.id, `${folder}/details.json`, { ...diagnosis, threshold })
    log.info({ boxes: results.length, map: stats[0] }, 'approach evaluated')
    return {
      stats,
      perCategoryAP,
      perCategoryAP50,
      perIouMap,
      predictions,
      details,
      ...('results' in validation && {
        validationPredictions: await bulk.putJson(
          experiment.id,
          `${folder}/validation-predictions.coco.json`,
          validation.results,
        ),
      }),
    }
  }
