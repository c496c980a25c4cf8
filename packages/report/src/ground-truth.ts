import type { CocoGroundTruth, DatasetManifest, SplitManifest } from '@assay/contracts'

/** The truth about the test part: ids as in the data set, annotations numbered from 1 (pycocotools takes 0 for "no match"). */
export const groundTruthOf = (
  { categories, images }: DatasetManifest,
  split: Pick<SplitManifest, 'images'>,
): CocoGroundTruth => {
  const test = new Set(split.images.flatMap(({ id, part }) => (part === 'test' ? [id] : [])))
  const tested = images.filter(({ id }) => test.has(id))
  if (tested.length !== test.size)
    throw new Error(`the split names ${test.size} test images, the data set has ${tested.length} of them`)
  let next = 1
  return {
    images: tested.map(({ id, file, widthPx, heightPx }) => ({
      id,
      file_name: file,
      width: widthPx,
      height: heightPx,
    })),
    categories: categories.map(({ id, name }) => ({ id, name })),
    annotations: tested.flatMap(({ id, objects }) =>
      objects.map(({ categoryId, box, crowd, areaPx }) => ({
        id: next++,
        image_id: id,
        category_id: categoryId,
        bbox: box,
        area: areaPx ?? box[2] * box[3],
        iscrowd: crowd ? (1 as const) : (0 as const),
      })),
    ),
  }
}
