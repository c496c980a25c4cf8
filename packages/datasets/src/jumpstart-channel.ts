import type { DatasetImage } from '@assay/contracts'
import { trainedObjects } from './trained-objects.ts'

/** The annotations.json of a JumpStart detection channel: boxes are [xmin, ymin, xmax, ymax] in px, unlike COCO's. */
export const jumpstartAnnotations = (images: readonly DatasetImage[], names: ReadonlyMap<number, string>): string =>
  JSON.stringify({
    images: images.map(({ id, widthPx, heightPx }) => ({
      file_name: names.get(id),
      height: heightPx,
      width: widthPx,
      id,
    })),
    annotations: images
      .flatMap((image) =>
        trainedObjects(image).map(({ categoryId, xmin, ymin, xmax, ymax }) => ({
          image_id: image.id,
          bbox: [xmin, ymin, xmax, ymax],
          category_id: categoryId,
        })),
      )
      .map((annotation, index) => ({ ...annotation, id: index + 1 })),
  })
