import type { Category, DatasetImage } from '@assay/contracts'
import { trainedObjects } from './trained-objects.ts'

/** The annotations.json of a COCO channel: boxes are [x, y, width, height] in px, ids and names the data set's own. */
export const cocoAnnotations = (
  images: readonly DatasetImage[],
  names: ReadonlyMap<number, string>,
  categories: readonly Category[],
): string =>
  JSON.stringify({
    images: images.map(({ id, widthPx, heightPx }) => ({
      id,
      file_name: names.get(id),
      width: widthPx,
      height: heightPx,
    })),
    annotations: images
      .flatMap((image) =>
        trainedObjects(image).map(({ categoryId, xmin, ymin, xmax, ymax }) => ({
          image_id: image.id,
          category_id: categoryId,
          bbox: [xmin, ymin, xmax - xmin, ymax - ymin],
          area: (xmax - xmin) * (ymax - ymin),
          iscrowd: 0,
        })),
      )
      .map((annotation, index) => ({ id: index + 1, ...annotation })),
    categories: categories.map(({ id, name }) => ({ id, name })),
  })
