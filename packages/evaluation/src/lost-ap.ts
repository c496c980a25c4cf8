import type { Detections, GroundTruth } from './columns.ts'
import { detectionsNeeded } from './detections-needed.ts'
import { type ErrorThresholds, type FalseKind, type JudgedDetection, judgeErrors } from './error-kinds.ts'

export type ErrorKind = FalseKind | 'missed' | 'falsePositive' | 'falseNegative'

/** AP at the foreground IoU (AP50), what each kind of error costs of it (0–1), and how many there are. */
export interface LostAp {
  /** -1 where no object counts. */
  ap: number
  lost: Record<ErrorKind, number>
  counts: Record<ErrorKind, number>
}

/** A detection as AP sees it after a repair: its category and whether it is right; undefined where it is taken away. */
type Repair = (judged: JudgedDetection) => { category: number; isRight: boolean } | undefined

/** AP from the precision after each right detection. */
const averagePrecision = (precisions: readonly number[], objects: number): number => {
  const needed = detectionsNeeded(objects)
  let step = precisions.length
  let envelope = 0
  let sum = 0
  for (let r = needed.length - 1; r >= 0; r--) {
    for (; step >= Math.max(needed[r], 1); step--) envelope = Math.max(envelope, precisions[step - 1])
    sum += envelope
  }
  return sum / needed.length
}

const meanAp = (
  detections: readonly JudgedDetection[],
  objects: readonly number[],
  isDefined: readonly boolean[],
  repair: Repair,
) => {
  const categories = objects.map(() => ({ right: 0, wrong: 0, precisions: [] as number[] }))
  for (const judged of detections) {
    const seen = repair(judged)
    if (seen === undefined) continue
    const category = categories[seen.category]
    if (seen.isRight) category.precisions.push(++category.right / (category.right + category.wrong))
    else category.wrong++
  }
  let sum = 0
  let count = 0
  for (const [k, { precisions }] of categories.entries()) {
    if (!isDefined[k]) continue
    count++
    // All that is left of a category may have been missed altogether: it then scores 0, as in tidecv, and stays in the mean.
    if (objects[k] > 0) sum += averagePrecision(precisions, objects[k])
  }
  return count === 0 ? -1 : sum / count
}

/**
 * What each kind of error costs, by TIDE (Bolya et al. 2020, ECCV): the AP50 won when errors of that kind alone are repaired. A localisation
 * or classification error becomes a right detection (of the object's class), unless its object is found anyway: then it goes, as duplicate,
 * background and both do. Missed objects are taken out of the count. `falsePositive` takes away all false detections, `falseNegative` all
 * objects not found. Categories without objects do not count, as in COCO; tidecv counts them as 0.
 */
export const lostAp = (groundTruth: GroundTruth, detections: Detections, thresholds: ErrorThresholds = {}): LostAp => {
  const judged = judgeErrors(groundTruth, detections, thresholds)
  const { objectCategory } = groundTruth
  const categoryOf = ({ detection }: JudgedDetection) => detections.category[detection]
  const count = (states: readonly string[]) => {
    const counts = Array.from(groundTruth.categoryIds, () => 0)
    for (const [g, state] of judged.objects.entries()) if (states.includes(state)) counts[objectCategory[g]]++
    return counts
  }
  const objects = count(['found', 'usable', 'missed'])
  const isDefined = objects.map((number) => number > 0)

  const asIs: Repair = (one) => ({ category: categoryOf(one), isRight: one.kind === 'right' })
  const without =
    (isTaken: (one: JudgedDetection) => boolean): Repair =>
    (one) =>
      isTaken(one) ? undefined : asIs(one)
  const found =
    (kind: FalseKind): Repair =>
    (one) => {
      if (one.kind !== kind) return asIs(one)
      return one.wouldFind < 0 ? undefined : { category: objectCategory[one.wouldFind], isRight: true }
    }
  const ap = meanAp(judged.detections, objects, isDefined, asIs)
  const won = (repair: Repair, left = objects) =>
    ap === -1 ? 0 : Math.max(0, meanAp(judged.detections, left, isDefined, repair) - ap)
  const ofKind = (kind: string) => judged.detections.filter((one) => one.kind === kind).length
  const inState = (...states: string[]) => judged.objects.filter((state) => states.includes(state)).length

  return {
    ap,
    lost: {
      classification: won(found('classification')),
      localisation: won(found('localisation')),
      both: won(without(({ kind }) => kind === 'both')),
      duplicate: won(without(({ kind }) => kind === 'duplicate')),
      background: won(without(({ kind }) => kind === 'background')),
      missed: won(asIs, count(['found', 'usable'])),
      falsePositive: won(without(({ kind }) => kind !== 'right')),
      falseNegative: won(asIs, count(['found'])),
    },
    counts: {
      classification: ofKind('classification'),
      localisation: ofKind('localisation'),
      both: ofKind('both'),
      duplicate: ofKind('duplicate'),
      background: ofKind('background'),
      missed: inState('missed'),
      falsePositive: judged.detections.length - ofKind('right'),
      falseNegative: inState('missed', 'usable'),
    },
  }
}
