import type { CocoGroundTruth, CocoResults, DatasetImage, ReportPicture } from '@assay/contracts'
import { imageOutcomes, parseDetections, parseGroundTruth } from '@assay/evaluation'

/** Boxes of a model after this many, best first, are not drawn: they would cover the picture and fill the file. */
const mostBoxes = 40

type Model = ReportPicture['models'][number]

export interface PictureOf {
  image: DatasetImage
  categoryId: number
}

const boxesOf = (approachId: string, truth: CocoGroundTruth, results: CocoResults): Model => {
  const groundTruth = parseGroundTruth(truth)
  const detections = parseDetections(results, groundTruth)
  const ids = truth.images.map(({ id }) => id)
  const outcomesFrom = (confidence: number) => imageOutcomes(groundTruth, detections, ids, { confidence })
  const all = outcomesFrom(-Infinity).flatMap(({ detections }) => detections)
  const kept = all.slice(0, mostBoxes)
  // Boxes choose objects best first, so an object is found by the first box with which it is found at all.
  const foundAt = new Map<number, number>()
  for (const score of new Set(kept.map(({ score }) => score)))
    for (const { id, outcome } of outcomesFrom(score).flatMap(({ objects }) => objects))
      if (outcome === 'found' && !foundAt.has(id)) foundAt.set(id, score)
  return {
    approachId,
    boxes: kept.map(({ categoryId, score, box, outcome }) => ({
      categoryId,
      score,
      box: [box[0], box[1], box[2], box[3]],
      outcome,
    })),
    foundAt: truth.annotations.map(({ id }) => foundAt.get(id) ?? null),
    leftOut: all.length - kept.length,
  }
}

/** An image with its objects and every model's boxes, judged at IoU .5 as COCO does. */
export const pictureOf = (
  { image, categoryId }: PictureOf,
  groundTruth: CocoGroundTruth,
  approaches: readonly { id: string; results: CocoResults }[],
): ReportPicture => {
  const truth: CocoGroundTruth = {
    categories: groundTruth.categories,
    images: groundTruth.images.filter(({ id }) => id === image.id),
    annotations: groundTruth.annotations.filter(({ image_id }) => image_id === image.id),
  }
  return {
    imageId: image.id,
    file: image.file,
    categoryId,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    truth: truth.annotations.map(({ category_id, bbox, iscrowd }) => ({
      categoryId: category_id,
      box: bbox,
      crowd: iscrowd === 1,
    })),
    models: approaches.map(({ id, results }) =>
      boxesOf(
        id,
        truth,
        results.filter(({ image_id }) => image_id === image.id),
      ),
    ),
  }
}
