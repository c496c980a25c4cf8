/**
 * Intersection over union of the box at `d` of `detections` and the box at `g` of `objects` (offsets of x, y, width, height in px), or over the
 * detection's area where the object is a crowd region. In doubles and in COCOeval's order of operations: areas come from width and height,
 * never from corners; boxes that do not meet, or have no area, give 0.
 */
export const overlapOf = (
  detections: Float64Array,
  d: number,
  objects: Float64Array,
  g: number,
  crowd: boolean,
): number => {
  const dw = detections[d + 2]
  const gw = objects[g + 2]
  const dx = detections[d]
  const gx = objects[g]
  const width = Math.min(dw + dx, gw + gx) - Math.max(dx, gx)
  if (width <= 0) return 0
  const dh = detections[d + 3]
  const gh = objects[g + 3]
  const dy = detections[d + 1]
  const gy = objects[g + 1]
  const height = Math.min(dh + dy, gh + gy) - Math.max(dy, gy)
  if (height <= 0) return 0
  const intersection = width * height
  return intersection / (crowd ? dw * dh : dw * dh + gw * gh - intersection)
}
