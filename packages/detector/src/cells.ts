import type { Box, LabelledBox } from './boxes.ts'
import { boxArea } from './boxes.ts'

/** Size of a box whose predicted logarithm is 0, as a share of the image. */
const BASE_SIZE_SHARE = 0.25
const LARGEST_LOG = 2.5
const SMALLEST_LOG = -4
/** How far from an object's centre a cell may lie to answer for it, in cells. */
const CENTRE_RADIUS_CELLS = 1.5

const clampLog = (value: number): number => Math.min(LARGEST_LOG, Math.max(SMALLEST_LOG, value))

/** A cell's four numbers (centre offset in cells, log sizes) as a box; may reach outside the image. */
export const boxOfCell = (cell: number, gridCells: number, numbers: ArrayLike<number>, from: number): Box => {
  const cx = ((cell % gridCells) + 0.5 + (numbers[from] ?? 0)) / gridCells
  const cy = (Math.floor(cell / gridCells) + 0.5 + (numbers[from + 1] ?? 0)) / gridCells
  const w = BASE_SIZE_SHARE * Math.exp(clampLog(numbers[from + 2] ?? 0))
  const h = BASE_SIZE_SHARE * Math.exp(clampLog(numbers[from + 3] ?? 0))
  return [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]
}

/** The four numbers by which `cell` would say exactly this box. */
export const numbersOfBox = (
  cell: number,
  gridCells: number,
  [x1, y1, x2, y2]: Box,
): [number, number, number, number] => [
  ((x1 + x2) / 2) * gridCells - (cell % gridCells) - 0.5,
  ((y1 + y2) / 2) * gridCells - Math.floor(cell / gridCells) - 0.5,
  clampLog(Math.log(Math.max(1e-6, x2 - x1) / BASE_SIZE_SHARE)),
  clampLog(Math.log(Math.max(1e-6, y2 - y1) / BASE_SIZE_SHARE)),
]

/** Gradient by corners → gradient by the cell's four numbers. */
export const cornersToNumbers = (
  [x1, y1, x2, y2]: Box,
  [g1, g2, g3, g4]: readonly [number, number, number, number],
  gridCells: number,
): [number, number, number, number] => [
  (g1 + g3) / gridCells,
  (g2 + g4) / gridCells,
  ((g3 - g1) * (x2 - x1)) / 2,
  ((g4 - g2) * (y2 - y1)) / 2,
]

/**
 * Which object each cell answers for: index into `objects`, −1 for none. Cells near an object's centre and inside it;
 * the smallest object wins; an object too small to hold a cell's centre gets the cell its centre is in.
 */
export const assignCells = (objects: readonly LabelledBox[], gridCells: number): Int32Array => {
  const owner = new Int32Array(gridCells ** 2).fill(-1)
  const order = objects.map((_, index) => index)
  // Largest first, so that smaller ones overwrite.
  order.sort((a, b) => areaOf(objects, b) - areaOf(objects, a) || a - b)
  for (const index of order) {
    const box = objects[index]?.box
    if (!box) continue
    const cx = ((box[0] + box[2]) / 2) * gridCells
    const cy = ((box[1] + box[3]) / 2) * gridCells
    for (let cell = 0; cell < owner.length; cell++) {
      const x = (cell % gridCells) + 0.5
      const y = Math.floor(cell / gridCells) + 0.5
      const isNear = Math.abs(x - cx) <= CENTRE_RADIUS_CELLS && Math.abs(y - cy) <= CENTRE_RADIUS_CELLS
      const isInside =
        x > box[0] * gridCells && x < box[2] * gridCells && y > box[1] * gridCells && y < box[3] * gridCells
      if (isNear && isInside) owner[cell] = index
    }
    const column = Math.min(gridCells - 1, Math.max(0, Math.floor(cx)))
    const row = Math.min(gridCells - 1, Math.max(0, Math.floor(cy)))
    owner[row * gridCells + column] = index
  }
  return owner
}

const areaOf = (objects: readonly LabelledBox[], index: number): number => {
  const object = objects[index]
  return object ? boxArea(object.box) : 0
}
