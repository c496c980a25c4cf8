import type { Detections, GroundTruth } from './columns.ts'
import { maxDetections } from './parameters.ts'
import { overlapOf } from './overlap.ts'

const detectionLimit = maxDetections[2]

/**
 * Matches the detections of one image and class (a cell) with its objects, as COCOeval.evaluateImg does, at up to 16 IoU thresholds at once:
 * thresholds are bits, so what became of a detection at all of them is one number. Holds the scratch memory that cells share.
 */
export class CellMatcher {
  /** Of the i-th detection of the cell: the thresholds at which it holds an object, and those at which that object is an ignored one. */
  readonly heldBits = new Uint16Array(detectionLimit)
  readonly ignoredBits = new Uint16Array(detectionLimit)
  /** The object held by the i-th detection at threshold t, at `i * thresholds + t`; -1 for none. */
  readonly heldObjects: Int32Array
  /** The i-th detection's objects with enough overlap for the lowest threshold are `candidateStart[i]` to `candidateStart[i + 1]`. */
  readonly candidateStart = new Int32Array(detectionLimit + 1)
  private readonly groundTruth: GroundTruth
  private readonly detections: Detections
  private readonly thresholds: Float64Array
  private candidates = new Int32Array(256)
  private overlaps = new Float64Array(256)
  private readonly takenBits: Uint16Array

  constructor(groundTruth: GroundTruth, detections: Detections, iouThresholds: readonly number[]) {
    this.groundTruth = groundTruth
    this.detections = detections
    // COCOeval starts the search at min(t, 1 - 1e-10): even at t = 1 an overlap that is 1 but for rounding is enough.
    this.thresholds = Float64Array.from(iouThresholds, (threshold) => Math.min(threshold, 1 - 1e-10))
    this.heldObjects = new Int32Array(detectionLimit * iouThresholds.length)
    this.takenBits = new Uint16Array(groundTruth.objectCount)
  }

  /** Finds the candidates of a cell; its detections are in the order in which they choose. */
  load(cellDetections: Int32Array, cellObjects: Int32Array): void {
    const lowest = this.thresholds.reduce((least, threshold) => Math.min(least, threshold), Infinity)
    const { objectBoxes, objectCrowd } = this.groundTruth
    let count = 0
    for (let i = 0; i < cellDetections.length; i++) {
      this.candidateStart[i] = count
      if (count + cellObjects.length > this.candidates.length) this.grow(count + cellObjects.length)
      const d = cellDetections[i]
      for (let j = 0; j < cellObjects.length; j++) {
        const g = cellObjects[j]
        const overlap = overlapOf(this.detections.boxes, d * 4, objectBoxes, g * 4, objectCrowd[g] === 1)
        if (overlap < lowest) continue
        this.candidates[count] = g
        this.overlaps[count++] = overlap
      }
    }
    this.candidateStart[cellDetections.length] = count
  }

  /** Matches the loaded cell; `ignored` is 1 at crowd regions and at objects out of the area range. */
  match(detectionCount: number, cellObjects: Int32Array, ignored: Uint8Array): void {
    for (let j = 0; j < cellObjects.length; j++) this.takenBits[cellObjects[j]] = 0
    for (let i = 0; i < detectionCount; i++) {
      this.heldBits[i] = 0
      this.ignoredBits[i] = 0
      const from = this.candidateStart[i]
      const to = this.candidateStart[i + 1]
      for (let t = 0; t < this.thresholds.length; t++) {
        const held = from === to ? -1 : this.choose(t, from, to, ignored)
        this.heldObjects[i * this.thresholds.length + t] = held
        if (held < 0) continue
        this.takenBits[held] |= 1 << t
        if (ignored[held] === 1) this.ignoredBits[i] |= 1 << t
        // pycocotools stores the id of the object held and reads 0 as "none": an object with id 0 is used up without being found.
        if (this.groundTruth.objectIds[held] !== 0) this.heldBits[i] |= 1 << t
      }
    }
  }

  /** The free object with the greatest overlap, the later one of equals; an ignored object only where no other is held. */
  private choose(t: number, from: number, to: number, ignored: Uint8Array): number {
    for (let wanted = 0; wanted <= 1; wanted++) {
      let best = this.thresholds[t]
      let held = -1
      for (let c = from; c < to; c++) {
        const g = this.candidates[c]
        if (ignored[g] !== wanted || this.overlaps[c] < best) continue
        if ((this.takenBits[g] >> t) & 1 && this.groundTruth.objectCrowd[g] === 0) continue
        best = this.overlaps[c]
        held = g
      }
      if (held >= 0) return held
    }
    return -1
  }

  private grow(needed: number): void {
    const candidates = new Int32Array(needed * 2)
    candidates.set(this.candidates)
    this.candidates = candidates
    const overlaps = new Float64Array(needed * 2)
    overlaps.set(this.overlaps)
    this.overlaps = overlaps
  }
}
