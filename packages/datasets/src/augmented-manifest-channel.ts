import type { Category, DatasetImage } from '@assay/contracts'
import { objectsByClassIndex } from './image-json-channel.ts'

const BOXES = 'bounding-box'

/** Attributes of a line, in the order in which the algorithm reads them: the image, then its boxes. */
export const manifestAttributes = ['source-ref', BOXES] as const

/** A line of an augmented manifest: the image stays where it is. Source: AWS developer guide, sms-data-output, "Bounding Box Job Output". */
export const augmentedManifestLine = (
  image: DatasetImage,
  bucket: string,
  classes: readonly number[],
  categories: readonly Category[],
): string => {
  const names = new Map(categories.map(({ id, name }) => [id, name]))
  return JSON.stringify({
    'source-ref': `s3://${bucket}/${image.key}`,
    [BOXES]: objectsByClassIndex(image, classes),
    [`${BOXES}-metadata`]: {
      'class-map': Object.fromEntries(classes.map((id, index) => [String(index), names.get(id)])),
      type: 'groundtruth/object-detection',
      'human-annotated': 'yes',
    },
  })
}
