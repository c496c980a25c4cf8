import { type Detections, type GroundTruth, positionsById } from './columns.ts'
import { InputError } from './input-error.ts'
import { readArray, readBox, readId, readNumber, readObject } from './read-values.ts'

/** What is wrong with a detection of an image that the ground truth does not have: the whole file is refused, as `loadRes` does. */
const unknownImage = (index: number, id: number): InputError =>
  new InputError(`/${index}/image_id`, String(id), 'the id of an image of the ground truth')

/**
 * Reads a COCO results list (`image_id`, `category_id`, `bbox`, `score`) from parsed JSON; `id`, `area` and `iscrowd` of a detection have no
 * effect. An unknown image refuses the whole list, an undeclared category leaves the detection out: as `loadRes` and COCOeval do. An empty
 * list is an empty set of detections. Throws `InputError`.
 */
export const parseDetections = (json: unknown, groundTruth: GroundTruth): Detections => {
  const entries = readArray(json, '')
  const imagePositions = positionsById(groundTruth.imageIds)
  const categoryPositions = positionsById(groundTruth.categoryIds)
  const length = entries.length
  const image = new Int32Array(length)
  const category = new Int32Array(length)
  const boxes = new Float64Array(length * 4)
  const scores = new Float64Array(length)
  let count = 0
  for (let i = 0; i < length; i++) {
    const entry = readObject(entries[i], `/${i}`)
    const imageId = readId(entry['image_id'], `/${i}/image_id`)
    const imagePosition = imagePositions.get(imageId)
    if (imagePosition === undefined) throw unknownImage(i, imageId)
    const categoryPosition = categoryPositions.get(readId(entry['category_id'], `/${i}/category_id`))
    readBox(entry['bbox'], `/${i}/bbox`, boxes, count * 4)
    scores[count] = readNumber(entry['score'], `/${i}/score`)
    if (categoryPosition === undefined) continue
    image[count] = imagePosition
    category[count] = categoryPosition
    count++
  }
  return {
    count,
    leftOut: length - count,
    image: image.subarray(0, count),
    category: category.subarray(0, count),
    boxes: boxes.subarray(0, count * 4),
    scores: scores.subarray(0, count),
  }
}
