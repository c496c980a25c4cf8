/**
 * COCO ground truth in columns: plain data that survives structured clone. Images and categories are in ascending order of their ids,
 * whatever the file's order; objects are in file order and refer to both by position.
 */
export interface GroundTruth {
  imageIds: Float64Array
  /** One per image; '' where the file has none. */
  imageFileNames: string[]
  categoryIds: Float64Array
  /** One per category; the id as text where the file has none. */
  categoryNames: string[]
  objectCount: number
  objectIds: Float64Array
  /** Position in `imageIds`. */
  objectImage: Int32Array
  /** Position in `categoryIds`. */
  objectCategory: Int32Array
  /** Four numbers an object: x, y, width, height in px. */
  objectBoxes: Float64Array
  /** The file's `area` in px², which for masks is less than width × height. */
  objectAreas: Float64Array
  /** 1 for a crowd region (`iscrowd`), which is neither found nor missed. */
  objectCrowd: Uint8Array
}

/** Detections in columns, in file order. Those of categories that the ground truth does not declare are left out, as COCOeval does. */
export interface Detections {
  count: number
  /** Detections of undeclared categories, which are not among `count`. */
  leftOut: number
  /** Position in `GroundTruth.imageIds`. */
  image: Int32Array
  /** Position in `GroundTruth.categoryIds`. */
  category: Int32Array
  /** Four numbers a detection: x, y, width, height in px. */
  boxes: Float64Array
  /** Any finite numbers; the greater the surer. */
  scores: Float64Array
}

/** Positions by id: `ids` ascending. */
export const positionsById = (ids: Float64Array): Map<number, number> => {
  const positions = new Map<number, number>()
  for (let i = 0; i < ids.length; i++) positions.set(ids[i], i)
  return positions
}
