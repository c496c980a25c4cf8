import { detectionsNeeded } from './detections-needed.ts'
import type { Matching } from './match.ts'
import { epsilon, recallThresholds } from './parameters.ts'

/**
 * One category's part of a matching, cut down to what mAP depends on. Detections that are false at every IoU threshold (nearly all) are kept
 * as their images only, in `falseImage`; an event is a detection that is true at some threshold or false at some only. Those false everywhere
 * that come before event e are `falseStart[e]` to `falseStart[e + 1]`; what comes after the last true detection changes nothing.
 */
interface CategoryEvents {
  eventImage: Int32Array
  trueBits: Uint16Array
  falseBits: Uint16Array
  falseStart: Int32Array
  falseImage: Int32Array
  objectImage: Int32Array
}

const eventsOf = (matching: Matching, category: number): CategoryEvents => {
  const everyBit = 2 ** matching.iouThresholds.length - 1
  const [trueBits, falseBits] = [matching.trueBits[0], matching.falseBits[0]]
  const first = matching.categoryStart[category]
  let last = matching.categoryStart[category + 1]
  while (last > first && trueBits[last - 1] === 0) last--
  const events: number[] = []
  const falseStart: number[] = [0]
  const falseImage: number[] = []
  for (let i = first; i < last; i++) {
    if (falseBits[i] === everyBit) falseImage.push(matching.image[i])
    else if ((trueBits[i] | falseBits[i]) !== 0) {
      events.push(i)
      falseStart.push(falseImage.length)
    }
  }
  return {
    eventImage: Int32Array.from(events, (i) => matching.image[i]),
    trueBits: Uint16Array.from(events, (i) => trueBits[i]),
    falseBits: Uint16Array.from(events, (i) => falseBits[i]),
    falseStart: Int32Array.from(falseStart),
    falseImage: Int32Array.from(falseImage),
    objectImage: matching.objectImage.slice(
      matching.objectCategoryStart[category],
      matching.objectCategoryStart[category + 1],
    ),
  }
}

const sumAt = (weights: Int32Array, images: Int32Array, from: number, to: number): number => {
  let sum = 0
  for (let i = from; i < to; i++) sum += weights[images[i]]
  return sum
}

/**
 * mAP of a set of images given as a count for each: what `evaluate` would say of a data set in which image i stands `weights[i]` times. All
 * sorting and matching is done here once; a call costs one pass over the detections. Equal to `evaluate` at weights of 1; -1 where no object
 * counts. Copies of one detection follow one another, which for AP is the same as any other order unless scores tie within an image.
 */
export const createWeightedMap = (matching: Matching): ((weights: Int32Array) => number) => {
  const thresholds = matching.iouThresholds.length
  const categories = Array.from({ length: matching.categoryCount }, (_, k) => eventsOf(matching, k))
  const room = Math.max(0, ...categories.map(({ eventImage }) => eventImage.length))
  const precision = new Float64Array(thresholds * room)
  const found = new Int32Array(thresholds * room)
  const steps = new Int32Array(thresholds)
  const trueCounts = new Int32Array(thresholds)
  const falseCounts = new Int32Array(thresholds)
  const neededByObjects = new Map<number, Int32Array>()

  /** Notes the precision after each true detection of a category. */
  const walk = (category: CategoryEvents, weights: Int32Array): void => {
    steps.fill(0)
    trueCounts.fill(0)
    falseCounts.fill(0)
    let falseEverywhere = 0
    for (let e = 0; e < category.eventImage.length; e++) {
      falseEverywhere += sumAt(weights, category.falseImage, category.falseStart[e], category.falseStart[e + 1])
      const weight = weights[category.eventImage[e]]
      if (weight === 0) continue
      const right = category.trueBits[e]
      const wrong = category.falseBits[e]
      for (let t = 0; t < thresholds; t++) {
        if ((right >> t) & 1) {
          const at = t * room + steps[t]++
          const count = (trueCounts[t] += weight)
          found[at] = count
          precision[at] = count / (falseEverywhere + falseCounts[t] + count + epsilon)
        } else if ((wrong >> t) & 1) falseCounts[t] += weight
      }
    }
  }

  /** Sum of the interpolated precision over the recall thresholds at IoU threshold t. */
  const sumOfPrecision = (t: number, needed: Int32Array): number => {
    const first = t * room
    let step = first + steps[t] - 1
    let envelope = 0
    let sum = 0
    for (let r = recallThresholds.length - 1; r >= 0; r--) {
      for (; step >= first && found[step] >= needed[r]; step--) envelope = Math.max(envelope, precision[step])
      sum += envelope
    }
    return sum
  }

  return (weights) => {
    let sum = 0
    let defined = 0
    for (const category of categories) {
      const objects = sumAt(weights, category.objectImage, 0, category.objectImage.length)
      if (objects === 0) continue
      defined++
      const needed = neededByObjects.get(objects) ?? detectionsNeeded(objects)
      neededByObjects.set(objects, needed)
      walk(category, weights)
      for (let t = 0; t < thresholds; t++) sum += sumOfPrecision(t, needed)
    }
    return defined === 0 ? -1 : sum / (defined * thresholds * recallThresholds.length)
  }
}
