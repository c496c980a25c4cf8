import type { Architecture } from './architecture.ts'
import { type Box, boxArea, type LabelledBox, overlap } from './boxes.ts'
import { assignCells, boxOfCell, cornersToNumbers, numbersOfBox } from './cells.ts'

/** Averages over the cells that answer for an object. */
export interface Losses {
  /** What the optimiser minimises. */
  total: number
  /** Binary cross-entropy of class scores against the assigned classes, over all cells, per answering cell. */
  crossEntropy: number
  /** Smooth L1 of the four box numbers, summed over the four, per answering cell. */
  smoothL1: number
}

/** Sums over a batch, to be divided by `positives`. */
export interface LossSums extends Losses {
  positives: number
}

const FOCAL_POWER = 2
const FOCAL_POSITIVE_SHARE = 0.25
const VARIFOCAL_NEGATIVE_SHARE = 0.75
const GIOU_WEIGHT = 2

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * Adds one image's losses to `sums` and writes their gradient by the image's outputs (not yet divided by the number of
 * answering cells) into `gradient`.
 */
export const addImageLoss = (
  kind: Architecture['loss'],
  image: { output: Float32Array; gradient: Float32Array; gridCells: number; outputChannels: number; classes: number },
  objects: readonly LabelledBox[],
  sums: LossSums,
): void => {
  const { output, gradient, gridCells, outputChannels, classes } = image
  const owners = assignCells(objects, gridCells)
  gradient.fill(0)
  for (let cell = 0; cell < owners.length; cell++) {
    const from = cell * outputChannels
    const object = objects[owners[cell] ?? -1]
    let quality = 0
    if (object) {
      sums.positives++
      const predicted = boxOfCell(cell, gridCells, output, from + classes)
      quality = overlap(predicted, object.box)
      const wanted = numbersOfBox(cell, gridCells, object.box)
      const isGiou = kind === 'varifocal-giou'
      for (let i = 0; i < 4; i++) {
        const difference = (output[from + classes + i] ?? 0) - (wanted[i] ?? 0)
        const size = Math.abs(difference)
        const loss = size < 1 ? (difference * difference) / 2 : size - 0.5
        sums.smoothL1 += loss
        if (isGiou) continue
        sums.total += loss
        gradient[from + classes + i] = size < 1 ? difference : Math.sign(difference)
      }
      if (isGiou) {
        const giou = giouLoss(predicted, object.box)
        sums.total += GIOU_WEIGHT * giou.loss
        const byNumber = cornersToNumbers(predicted, giou.gradient, gridCells)
        for (let i = 0; i < 4; i++) gradient[from + classes + i] = GIOU_WEIGHT * (byNumber[i] ?? 0)
      }
    }
    for (let c = 0; c < classes; c++) {
      const logit = output[from + c] ?? 0
      const isWanted = object?.classIndex === c
      const p = sigmoid(logit)
      const bce = softplus(isWanted ? -logit : logit)
      sums.crossEntropy += bce
      const { loss, slope } =
        kind === 'varifocal-giou' ? varifocal(logit, p, isWanted, quality) : focal(p, bce, isWanted)
      sums.total += loss
      gradient[from + c] = slope
    }
  }
}

const focal = (p: number, bce: number, isWanted: boolean) => {
  const wrong = isWanted ? 1 - p : p
  const share = isWanted ? FOCAL_POSITIVE_SHARE : 1 - FOCAL_POSITIVE_SHARE
  const weight = share * wrong ** FOCAL_POWER
  const slope = weight * (FOCAL_POWER * (1 - wrong) * bce + wrong)
  return { loss: weight * bce, slope: isWanted ? -slope : slope }
}

const varifocal = (logit: number, p: number, isWanted: boolean, quality: number) => {
  if (isWanted) {
    // At the very start no box overlaps; a floor keeps the class signal alive.
    const target = Math.max(quality, 0.1)
    return {
      loss: target * (target * softplus(-logit) + (1 - target) * softplus(logit)),
      slope: target * (p - target),
    }
  }
  const weight = VARIFOCAL_NEGATIVE_SHARE * p ** FOCAL_POWER
  const bce = softplus(logit)
  return { loss: weight * bce, slope: weight * (FOCAL_POWER * (1 - p) * bce + p) }
}

/** 1 − generalised IoU, and its gradient by the predicted corners. */
export const giouLoss = (predicted: Box, wanted: Box): { loss: number; gradient: [number, number, number, number] } => {
  const [x1, y1, x2, y2] = predicted
  const [X1, Y1, X2, Y2] = wanted
  const sharedWidth = Math.max(0, Math.min(x2, X2) - Math.max(x1, X1))
  const sharedHeight = Math.max(0, Math.min(y2, Y2) - Math.max(y1, Y1))
  const shared = sharedWidth * sharedHeight
  const union = boxArea(predicted) + boxArea(wanted) - shared
  const hullWidth = Math.max(x2, X2) - Math.min(x1, X1)
  const hullHeight = Math.max(y2, Y2) - Math.min(y1, Y1)
  const hull = hullWidth * hullHeight
  const overlaps = sharedWidth > 0 && sharedHeight > 0
  const slope = (area: number, byShared: number, byHull: number) => {
    const s = overlaps ? byShared : 0
    const u = area - s
    return -(s * union - shared * u) / union ** 2 - (u * hull - union * byHull) / hull ** 2
  }
  const [w, h] = [x2 - x1, y2 - y1]
  return {
    loss: 2 - shared / union - union / hull,
    gradient: [
      slope(-h, x1 > X1 ? -sharedHeight : 0, x1 < X1 ? -hullHeight : 0),
      slope(-w, y1 > Y1 ? -sharedWidth : 0, y1 < Y1 ? -hullWidth : 0),
      slope(h, x2 < X2 ? sharedHeight : 0, x2 > X2 ? hullHeight : 0),
      slope(w, y2 < Y2 ? sharedWidth : 0, y2 > Y2 ? hullWidth : 0),
    ],
  }
}
