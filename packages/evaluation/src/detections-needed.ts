import { recallThresholds } from './parameters.ts'

/** For each recall threshold the number of true detections that reaches it, given the number of objects (above 0). */
export const detectionsNeeded = (objects: number): Int32Array => {
  const needed = new Int32Array(recallThresholds.length)
  let found = 0
  for (const [r, threshold] of recallThresholds.entries()) {
    while (found / objects < threshold) found++
    needed[r] = found
  }
  return needed
}
