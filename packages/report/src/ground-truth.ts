import type { CocoGroundTruth, DatasetManifest, PartName, SplitManifest } from '@assay/contracts'

/** The truth about a part of the split: ids as in the data set, annotations numbered from 1 (pycocotools takes 0 for "no match"). */
export const groundTruthOf = (
  { categories, images }: DatasetManifest,
  split: Pick<SplitManifest, 'images'>,
  part: PartName = 'test',
): CocoGroundTruth => {
  const wanted = new Set(split.images.flatMap((image) => (image.part === part ? [image.id] : [])))
  const found = images.filter(({ id }) => wanted.has(id))
  if (found.length !== wanted.size)
    throw new Error(`the split names ${wanted.size} ${part} images, the data set has ${found.length} of them`)
  let next = 1
  return {
    images: found.map(({ id, file, widthPx, heightPx }) => ({
      id,
      file_name: file,
      width: widthPx,
      height: heightPx,
    })),
    categories: categories.map(({ id, name }) => ({ id, name })),
    annotations: found.flatMap(({ id, objects }) =>
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
