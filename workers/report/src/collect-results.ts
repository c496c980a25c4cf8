import type { CocoResults, SplitManifest } from '@assay/contracts'
import { PermanentError, type Shard } from '@assay/pipeline'

export interface ShardResults {
  shard: number
  /** Images that the shard says it answered. */
  images: number
  failed: readonly { imageId: number; reason: string }[]
  results: Readonly<CocoResults>
}

/**
 * Puts the shards' results together, in ascending order of image ids, best first within an image. Every model is judged on the same images,
 * so an image of the part without an answer, answered twice, or an answer to any other image throws a `PermanentError`.
 */
export const collectResults = (
  shards: readonly ShardResults[],
  split: Pick<SplitManifest, 'images'>,
  part: Shard['part'] = 'test',
): CocoResults => {
  const asked = new Set(split.images.flatMap((image) => (image.part === part ? [image.id] : [])))
  const shardOf = new Map<number, number>()
  for (const { shard, results } of shards)
    for (const { image_id } of results) {
      if (!asked.has(image_id))
        throw new PermanentError(
          `not_a_${part}_image`,
          `shard ${shard} answers image ${image_id}, which is no ${part} image`,
        )
      const other = shardOf.get(image_id)
      if (other !== undefined && other !== shard)
        throw new PermanentError('answered_twice', `image ${image_id} is answered by shards ${other} and ${shard}`)
      shardOf.set(image_id, shard)
    }
  const [failed] = shards.flatMap(({ failed }) => failed)
  if (failed)
    throw new PermanentError('image_not_answered', `image ${failed.imageId} has no valid answer: ${failed.reason}`)
  const answered = shards.reduce((sum, { images }) => sum + images, 0)
  if (answered !== asked.size)
    throw new PermanentError('images_not_answered', `${answered} images answered, ${asked.size} ${part} images needed`)
  return shards
    .flatMap(({ results }) => results)
    .sort((a, b) => a.image_id - b.image_id || b.score - a.score || a.category_id - b.category_id)
}
