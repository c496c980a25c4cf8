/** Corners [x1, y1, x2, y2] as shares of the image's width and height, 0–1. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number]

/** A labelled object. `classIndex` counts from 0. */
export interface LabelledBox {
  classIndex: number
  box: Box
}

export const boxArea = ([x1, y1, x2, y2]: Box): number => Math.max(0, x2 - x1) * Math.max(0, y2 - y1)

/** Intersection over union, 0–1. */
export const overlap = (a: Box, b: Box): number => {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (boxArea(a) + boxArea(b) - shared)
}
