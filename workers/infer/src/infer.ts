import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime'
import {
  type Category,
  type DatasetImage,
  type DatasetManifest,
  datasetManifestSchema,
  layoutOf,
  splitManifestSchema,
} from '@assay/contracts'
import type { BulkStore } from '@assay/ledger'
import { type ApproachStageInput, parseShardName, PermanentError, type Shard, type StageHandler } from '@assay/pipeline'
import { type Detection, type InferenceFormat, InvalidAnswer, recipeOf, type Recipes } from '@assay/recipes'

export interface InferDeps {
  s3: S3Client
  runtime: SageMakerRuntimeClient
  bulk: BulkStore
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

/** Images of a shard, in ascending id order. */
const shardImages = async (
  { experiment }: ApproachStageInput,
  { part: wanted, shard }: Shard,
  manifest: DatasetManifest,
  bulk: BulkStore,
): Promise<DatasetImage[]> => {
  const split = experiment.split?.output
  if (!split) throw new PermanentError('not_split', 'the images were not split')
  const { images } = splitManifestSchema.parse(await bulk.getJson(split.manifest))
  const ids = new Set(images.filter(({ part }) => part === wanted).map(({ id }) => id))
  const from = shard * experiment.spec.inference.shardImages
  return manifest.images
    .filter(({ id }) => ids.has(id))
    .sort((a, b) => a.id - b.id)
    .slice(from, from + experiment.spec.inference.shardImages)
}

/** Sends a shard's images to the endpoint, one at a time, and keeps the best predictions of each. */
export const createInfer = ({ s3, runtime, bulk, recipes }: InferDeps): StageHandler<'infer'> => {
  const invoke = async (
    format: InferenceFormat,
    endpointName: string,
    bytes: Uint8Array,
    image: DatasetImage,
    classes: readonly Category[],
  ) => {
    const { body, sent } = await format.encode(bytes, image)
    const started = performance.now()
    const answer = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpointName,
        ContentType: format.contentType,
        Accept: format.accept,
        Body: body,
      }),
    )
    const latencyMs = performance.now() - started
    return { latencyMs, detections: format.decode(answer.Body ?? new Uint8Array(), { original: image, sent, classes }) }
  }

  return async (input, { worker, signal, progress }) => {
    const { experiment, approach, ref } = input
    const { check } = experiment.dataset
    const deployed = approach.deploy?.output
    const classIds = experiment.prepare.get(layoutOf(approach.spec))?.output?.classes
    if (!check.manifest || !deployed || !classIds)
      throw new PermanentError('not_deployed', `approach ${approach.id} has no endpoint`)
    const manifest = datasetManifestSchema.parse(await bulk.getJson(check.manifest))
    const shard = parseShardName(ref.part)
    const images = await shardImages(input, shard, manifest, bulk)
    const classes = classIds.map((id) => ({
      id,
      name: check.classes.find(({ categoryId }) => categoryId === id)?.name ?? String(id),
    }))
    const format = await recipeOf(recipes, approach.spec).inference(approach.spec)
    const results: { image_id: number; category_id: number; bbox: Detection['box']; score: number }[] = []
    const failed: { imageId: number; reason: string }[] = []
    const latencies: number[] = []

    for (const [index, image] of images.entries()) {
      signal.throwIfAborted()
      const object = await s3.send(new GetObjectCommand({ Bucket: manifest.bucket, Key: image.key }))
      const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array()
      for (let tries = 1; ; tries++) {
        try {
          const { latencyMs, detections } = await invoke(format, deployed.endpointName, bytes, image, classes)
          latencies.push(latencyMs)
          for (const { categoryId, box, score } of detections.slice(0, experiment.spec.inference.maxDetections))
            results.push({ image_id: image.id, category_id: categoryId, bbox: box, score })
          break
        } catch (error) {
          if (!isImageFault(error)) throw error
          if (tries < TRIES_AN_IMAGE) continue
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
      progress({
        message: `sends ${shard.part} images to ${deployed.endpointName}`,
        done: index + 1,
        total: images.length,
        unit: 'images',
      })
    }

    const sorted = latencies.toSorted((a, b) => a - b)
    return {
      images: images.length,
      predictions: results.length,
      results: await bulk.putJson(
        experiment.id,
        `predictions/${approach.id}/${approach.attempt}/shard-${ref.part}.json`,
        results,
      ),
      failed,
      latencyMs: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) },
      worker,
    }
  }
}
