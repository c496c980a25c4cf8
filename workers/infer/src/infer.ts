import { type CocoResults, type DatasetImage, layoutOf } from '@assay/contracts'
import { type ApproachStageInput, parseShardName, PermanentError, type StageHandler } from '@assay/pipeline'
import { type InferenceFormat, InvalidAnswer, recipeOf, type Recipes } from '@assay/recipes'
import type { BulkStore } from '@assay/ledger'
import type { Answers } from './answers.ts'
import { endpointAnswers, type EndpointAnswersDeps } from './endpoint-answers.ts'
import { imagesOf } from './shard-images.ts'
import { transformAnswers } from './transform/transform-answers.ts'

export interface InferDeps extends EndpointAnswersDeps {
  bulk: BulkStore
  bucket: string
  recipes: Recipes
}

const TRIES_AN_IMAGE = 3
/** More failing images than this make the shard, and with it the approach, fail: the numbers would not be comparable. */
const FAILED_SHARE = 0.01

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

/** The container answered an error, or what it answered is not of its format: another try may help, a hundred will not. */
const isImageFault = (error: unknown) =>
  error instanceof InvalidAnswer || (error instanceof Error && error.name === 'ModelError')

const answersFor = async (
  deps: InferDeps,
  { approach }: ApproachStageInput,
  { images, bucket, format }: { images: readonly DatasetImage[]; bucket: string; format: InferenceFormat },
): Promise<Answers> => {
  const { transform, endpointName } = approach.deploy?.output ?? {}
  if (transform) return transformAnswers(deps.s3, { bucket: deps.bucket, prefix: transform.outputPrefix }, images)
  if (endpointName === undefined)
    throw new PermanentError('not_deployed', `approach ${approach.id} has neither an endpoint nor a transform job`)
  return endpointAnswers(deps, { endpointName, bucket, format })
}

/** Gets the model's answers to a shard's images, one at a time, and keeps the best predictions of each. */
export const createInfer =
  (deps: InferDeps): StageHandler<'infer'> =>
  async (input, { worker, signal, progress }) => {
    const { experiment, approach, ref } = input
    const { check } = experiment.dataset
    const { shardImages, maxDetections } = experiment.spec.inference
    const classIds = experiment.prepare.get(layoutOf(approach.spec))?.output?.classes
    if (!classIds) throw new PermanentError('not_prepared', `the channels of approach ${approach.id} were not prepared`)
    const { part, shard } = parseShardName(ref.part)
    const { manifest, images: all } = await imagesOf(experiment, [part], deps.bulk)
    const images = all.slice(shard * shardImages, (shard + 1) * shardImages)
    const classes = classIds.map((id) => ({
      id,
      name: check.classes.find(({ categoryId }) => categoryId === id)?.name ?? String(id),
    }))
    const format = await recipeOf(deps.recipes, approach.spec).inference(approach.spec)
    const answers = await answersFor(deps, input, { images, bucket: manifest.bucket, format })
    const results: CocoResults = []
    const failed: { imageId: number; reason: string }[] = []
    const latencies: number[] = []

    for (const [index, image] of images.entries()) {
      signal.throwIfAborted()
      for (let tries = 1; ; tries++) {
        try {
          const { body, sent, latencyMs } = await answers.of(image)
          const detections = format.decode(body, { original: image, sent, classes })
          if (latencyMs !== undefined) latencies.push(latencyMs)
          for (const { categoryId, box, score } of detections.slice(0, maxDetections))
            results.push({ image_id: image.id, category_id: categoryId, bbox: box, score })
          break
        } catch (error) {
          if (!isImageFault(error)) throw error
          if (answers.again && tries < TRIES_AN_IMAGE) continue
          failed.push({
            imageId: image.id,
            reason: error instanceof Error ? error.message.slice(0, 500) : String(error),
          })
          if (failed.length > images.length * FAILED_SHARE)
            throw new PermanentError(
              'inference_failed',
              `${failed.length} of ${index + 1} images got no valid answer; the first: ${image.file}: ${failed[0]?.reason}`,
              { cause: error },
            )
          break
        }
      }
      progress({ message: `${answers.message} (${part})`, done: index + 1, total: images.length, unit: 'images' })
    }

    const sorted = latencies.toSorted((a, b) => a - b)
    return {
      images: images.length,
      predictions: results.length,
      results: await deps.bulk.putJson(
        experiment.id,
        `predictions/${approach.id}/${approach.attempt}/shard-${ref.part}.json`,
        results,
      ),
      failed,
      ...(sorted.length > 0 ? { latencyMs: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) } } : {}),
      worker,
    }
  }
