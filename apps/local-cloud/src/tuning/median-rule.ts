const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Trials that must have ended before one is stopped early. */
const leastEnded = 3

/**
 * The median rule: stop a trial whose loss at an epoch is worse than the median of the running averages of the trials before it
 * at that epoch. Needs three ended trials that got so far.
 */
export const shouldStopEarly = (lossByEpoch: readonly number[], ended: readonly (readonly number[])[]): boolean => {
  const epoch = lossByEpoch.length
  const loss = lossByEpoch.at(-1)
  const comparable = ended.filter((losses) => losses.length >= epoch)
  if (loss === undefined || comparable.length < leastEnded) return false
  return loss > median(comparable.map((losses) => mean(losses.slice(0, epoch))))
}
