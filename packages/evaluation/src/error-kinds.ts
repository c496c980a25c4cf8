import { groupByImage } from './by-image.ts'
import type { Detections, GroundTruth } from './columns.ts'
import { overlapOf } from './overlap.ts'
import { maxDetections } from './parameters.ts'

export type FalseKind = 'localisation' | 'classification' | 'duplicate' | 'background' | 'both'

/** What a detection is, and which object it would find were its one fault repaired; -1 for none. */
export interface JudgedDetection {
  detection: number
  kind: 'right' | FalseKind
  wouldFind: number
}

export interface JudgedErrors {
  /** By descending score over all images; those ignored (in a crowd region) are left out. */
  detections: JudgedDetection[]
  /** Of each object: found, missed though a detection with one fault would find it, missed altogether, or a crowd region. */
  objects: ('found' | 'usable' | 'missed' | 'crowd')[]
}

export interface ErrorThresholds {
  /** Overlap that finds an object. (Default: 0.5) */
  foreground?: number
  /** Overlap up to which a detection has nothing to do with an object. (Default: 0.1) */
  background?: number
}

interface Best {
  object: number
  overlap: number
}

const bestOf = (objects: Int32Array, overlaps: Float64Array, counts: (object: number) => boolean): Best => {
  let best: Best = { object: -1, overlap: 0 }
  for (const [j, object] of objects.entries())
    if (overlaps[j] > best.overlap && counts(object)) best = { object, overlap: overlaps[j] }
  return best
}

/**
 * Sorts what is wrong with detections into TIDE's kinds (Bolya et al. 2020, ECCV; thresholds compared as tidecv's quantify.py does). For a
 * false detection, in this order: localisation, its class's best object overlaps between the two thresholds; classification, an object of
 * another class overlaps enough; duplicate, its object was found by a surer detection; background, nothing overlaps more than the background
 * threshold; both, the wrong class and too little overlap. An object not found is usable where a localisation or classification error points
 * at it, else missed. At most 100 detections of an image and class count, as in AP; tidecv takes 100 of an image.
 */
export const judgeErrors = (
  groundTruth: GroundTruth,
  detections: Detections,
  { foreground = 0.5, background = 0.1 }: ErrorThresholds = {},
): JudgedErrors => {
  const { objectCategory, objectCrowd, objectBoxes } = groundTruth
  const { category, boxes, scores } = detections
  const objectStates = Array.from(objectCrowd, (crowd): JudgedErrors['objects'][number] => (crowd ? 'crowd' : 'missed'))
  const judged: JudgedDetection[] = []
  const byImage = groupByImage(groundTruth, detections)

  const judgeImage = (image: number): void => {
    const all = byImage.objects(image)
    const objects = all.filter((g) => objectCrowd[g] === 0)
    const crowds = all.filter((g) => objectCrowd[g] === 1)
    const reported = new Map<number, number>()
    const found = byImage.detections(image).filter((d) => {
      const count = (reported.get(category[d]) ?? 0) + 1
      reported.set(category[d], count)
      return count <= maxDetections[2]
    })
    const overlaps = Array.from(found, (d) =>
      Float64Array.from(objects, (g) => overlapOf(boxes, d * 4, objectBoxes, g * 4, false)),
    )
    const isRight = Array.from(found, (d, i) => {
      const free = bestOf(objects, overlaps[i], (g) => objectCategory[g] === category[d] && objectStates[g] !== 'found')
      if (free.object < 0 || free.overlap < foreground) return false
      objectStates[free.object] = 'found'
      return true
    })

    const kindOf = (own: Best, other: Best): FalseKind => {
      if (objects.length === 0) return 'background'
      if (own.overlap >= background && own.overlap <= foreground) return 'localisation'
      if (other.overlap >= foreground) return 'classification'
      if (own.overlap >= foreground) return 'duplicate'
      return Math.max(own.overlap, other.overlap) <= background ? 'background' : 'both'
    }

    for (const [i, d] of found.entries()) {
      if (isRight[i]) {
        judged.push({ detection: d, kind: 'right', wouldFind: -1 })
        continue
      }
      const isInCrowd = crowds.some(
        (g) => objectCategory[g] === category[d] && overlapOf(boxes, d * 4, objectBoxes, g * 4, true) >= foreground,
      )
      if (isInCrowd) continue
      const own = bestOf(objects, overlaps[i], (g) => objectCategory[g] === category[d])
      const other = bestOf(objects, overlaps[i], (g) => objectCategory[g] !== category[d])
      const kind = kindOf(own, other)
      const target = kind === 'localisation' ? own.object : kind === 'classification' ? other.object : -1
      // Of several detections with one fault that point at an object the surest would find it; the others are only too many.
      const isFirst = target >= 0 && objectStates[target] === 'missed'
      if (isFirst) objectStates[target] = 'usable'
      judged.push({ detection: d, kind, wouldFind: isFirst ? target : -1 })
    }
  }

  for (let image = 0; image < groundTruth.imageIds.length; image++) judgeImage(image)
  // The sort is stable: equal scores stay in image order, then file order, as in AP.
  judged.sort((a, b) => scores[b.detection] - scores[a.detection])
  return { detections: judged, objects: objectStates }
}
