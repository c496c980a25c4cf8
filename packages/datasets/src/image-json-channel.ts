import type { Category, DatasetImage } from '@assay/contracts'
import { trainedObjects } from './trained-objects.ts'

/** Size and boxes as the built-in Object Detection algorithm reads them; `class_id` counts from 0 in the order of `classes`. */
export const objectsByClassIndex = (image: DatasetImage, classes: readonly number[]) => ({
  // The algorithm takes three channels only; grey images are decoded to three.
  image_size: [{ width: image.widthPx, height: image.heightPx, depth: 3 }],
  annotations: trainedObjects(image).map(({ categoryId, xmin, ymin, xmax, ymax }) => ({
    class_id: classes.indexOf(categoryId),
    left: xmin,
    top: ymin,
    width: xmax - xmin,
    height: ymax - ymin,
  })),
})

/** One image's JSON file in an annotation channel. Source: AWS developer guide, object-detection, "Train with the Image Format". */
export const imageAnnotation = (
  image: DatasetImage,
  fileName: string,
  classes: readonly number[],
  categories: readonly Category[],
): string => {
  const names = new Map(categories.map(({ id, name }) => [id, name]))
  return JSON.stringify({
    file: fileName,
    ...objectsByClassIndex(image, classes),
    categories: classes.map((id, index) => ({ class_id: index, name: names.get(id) })),
  })
}
