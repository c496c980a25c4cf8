import { type GroundTruth, positionsById } from './columns.ts'
import { InputError, shown } from './input-error.ts'
import { readArray, readBox, readId, readNumber, readObject } from './read-values.ts'

/** Ids ascending, with the text of each; of entries with one id the last counts, as in pycocotools' index. */
const readNamed = (value: unknown, pointer: string, textKey: string): { ids: Float64Array; texts: string[] } => {
  const textById = new Map<number, string>()
  for (const [i, entry] of readArray(value, pointer).entries()) {
    const object = readObject(entry, `${pointer}/${i}`)
    const text = object[textKey]
    textById.set(readId(object['id'], `${pointer}/${i}/id`), typeof text === 'string' ? text : '')
  }
  const ids = Float64Array.from(textById.keys()).sort()
  return { ids, texts: Array.from(ids, (id) => textById.get(id) ?? '') }
}

const readCrowd = (value: unknown, pointer: string): number => {
  if (value === 0 || value === 1 || typeof value === 'boolean') return Number(value)
  throw new InputError(pointer, shown(value), '0 or 1')
}

/**
 * Reads COCO ground truth (`images`, `categories`, `annotations`) from parsed JSON. Each annotation needs `id`, `image_id`, `category_id`,
 * `bbox`, `area` and `iscrowd`; annotations of undeclared images or categories are left out, `ignore` has no effect: as in COCOeval.
 * Two annotations with one id are refused, since pycocotools would count the last of them twice. Throws `InputError`.
 */
export const parseGroundTruth = (json: unknown): GroundTruth => {
  const document = readObject(json, '')
  const images = readNamed(document['images'], '/images', 'file_name')
  const categories = readNamed(document['categories'], '/categories', 'name')
  const annotations = readArray(document['annotations'], '/annotations')
  const imagePositions = positionsById(images.ids)
  const categoryPositions = positionsById(categories.ids)
  const firstWithId = new Map<number, number>()
  const length = annotations.length
  const objectIds = new Float64Array(length)
  const objectImage = new Int32Array(length)
  const objectCategory = new Int32Array(length)
  const objectBoxes = new Float64Array(length * 4)
  const objectAreas = new Float64Array(length)
  const objectCrowd = new Uint8Array(length)
  let count = 0
  for (let i = 0; i < length; i++) {
    const pointer = `/annotations/${i}`
    const annotation = readObject(annotations[i], pointer)
    const id = readId(annotation['id'], `${pointer}/id`)
    const first = firstWithId.get(id)
    if (first !== undefined)
      throw new InputError(`${pointer}/id`, `${id} again`, `an id other than that of /annotations/${first}`)
    firstWithId.set(id, i)
    const image = imagePositions.get(readId(annotation['image_id'], `${pointer}/image_id`))
    const category = categoryPositions.get(readId(annotation['category_id'], `${pointer}/category_id`))
    readBox(annotation['bbox'], `${pointer}/bbox`, objectBoxes, count * 4)
    objectIds[count] = id
    objectAreas[count] = readNumber(annotation['area'], `${pointer}/area`)
    objectCrowd[count] = readCrowd(annotation['iscrowd'], `${pointer}/iscrowd`)
    if (image === undefined || category === undefined) continue
    objectImage[count] = image
    objectCategory[count] = category
    count++
  }
  return {
    imageIds: images.ids,
    imageFileNames: images.texts,
    categoryIds: categories.ids,
    categoryNames: categories.texts.map((name, i) => name || String(categories.ids[i])),
    objectCount: count,
    objectIds: objectIds.subarray(0, count),
    objectImage: objectImage.subarray(0, count),
    objectCategory: objectCategory.subarray(0, count),
    objectBoxes: objectBoxes.subarray(0, count * 4),
    objectAreas: objectAreas.subarray(0, count),
    objectCrowd: objectCrowd.subarray(0, count),
  }
}
