import { detectionsNeeded } from './detections-needed.ts'
import type { Matching } from './match.ts'
import { areaNames, epsilon, maxDetections, recallThresholds } from './parameters.ts'

/**
 * The arrays of COCOeval.accumulate, flat in its layout: `precision` and `scores` are [T, R, K, A, M] (IoU threshold, recall threshold,
 * category, area range, detection limit), `recall` is [T, K, A, M]; the last index runs fastest. -1 where a category has no object that counts.
 */
export interface EvaluationArrays {
  /** [T, R, K, A, M] */
  shape: [number, number, number, number, number]
  precision: Float64Array
  recall: Float64Array
  /** Score of the detection at which the recall threshold is reached; 0 where it is not. */
  scores: Float64Array
}

/** True detections of one category in order, at each IoU threshold: their precisions and scores; room for `limit` of them a threshold. */
interface TrueSteps {
  counts: Int32Array
  precision: Float64Array
  score: Float64Array
  limit: number
}

/** Walks one category's detections and notes precision at every true one: precision cannot rise, nor recall change, anywhere else. */
const walk = (matching: Matching, category: number, area: number, detectionLimit: number, steps: TrueSteps): void => {
  const { place, score } = matching
  const trueBits = matching.trueBits[area]
  const falseBits = matching.falseBits[area]
  const thresholds = matching.iouThresholds.length
  const everyBit = 2 ** thresholds - 1
  const last = matching.categoryStart[category + 1]
  const falseCounts = new Int32Array(thresholds)
  let falseEverywhere = 0
  steps.counts.fill(0)
  for (let i = matching.categoryStart[category]; i < last; i++) {
    if (place[i] >= detectionLimit) continue
    const wrong = falseBits[i]
    if (wrong === everyBit) {
      falseEverywhere++
      continue
    }
    const right = trueBits[i]
    if ((right | wrong) === 0) continue
    for (let t = 0; t < thresholds; t++) {
      if ((wrong >> t) & 1) falseCounts[t]++
      else if ((right >> t) & 1) {
        const found = ++steps.counts[t]
        const at = t * steps.limit + found - 1
        steps.precision[at] = found / (falseEverywhere + falseCounts[t] + found + epsilon)
        steps.score[at] = score[i]
      }
    }
  }
}

/** COCOeval.accumulate: precision and score at 101 recall thresholds, and the recall reached. */
export const accumulate = (matching: Matching): EvaluationArrays => {
  const { categoryCount, categoryStart } = matching
  const T = matching.iouThresholds.length
  const R = recallThresholds.length
  const K = categoryCount
  const A = areaNames.length
  const M = maxDetections.length
  const precision = new Float64Array(T * R * K * A * M).fill(-1)
  const scores = new Float64Array(T * R * K * A * M).fill(-1)
  const recall = new Float64Array(T * K * A * M).fill(-1)
  for (let k = 0; k < K; k++) {
    for (let a = 0; a < A; a++) {
      const objects = matching.objects[a * K + k]
      if (objects === 0) continue
      const needed = detectionsNeeded(objects)
      const steps: TrueSteps = {
        counts: new Int32Array(T),
        precision: new Float64Array(T * objects),
        score: new Float64Array(T * objects),
        limit: objects,
      }
      const first = categoryStart[k]
      const firstScore = first === categoryStart[k + 1] ? 0 : matching.score[first]
      for (let m = 0; m < M; m++) {
        walk(matching, k, a, maxDetections[m], steps)
        for (let t = 0; t < T; t++) {
          const found = steps.counts[t]
          const base = t * objects
          recall[((t * K + k) * A + a) * M + m] = found / objects
          let envelope = 0
          let step = found
          for (let r = R - 1; r >= 0; r--) {
            const reached = needed[r]
            // The envelope: each precision is replaced by the greatest to its right before it is read.
            for (; step >= Math.max(reached, 1); step--) envelope = Math.max(envelope, steps.precision[base + step - 1])
            const at = (((t * R + r) * K + k) * A + a) * M + m
            precision[at] = reached <= found ? envelope : 0
            if (reached === 0) scores[at] = firstScore
            else scores[at] = reached <= found ? steps.score[base + reached - 1] : 0
          }
        }
      }
    }
  }
  return { shape: [T, R, K, A, M], precision, recall, scores }
}
