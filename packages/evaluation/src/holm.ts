/** Holm's step-down correction: the p-values for being wrong about any of the tests, in the order given. (Holm 1979, Scand. J. Statist. 6) */
export const holm = (pValues: readonly number[]): number[] => {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j])
  const corrected: number[] = Array.from(pValues)
  let least = 0
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, pValues[i] * (pValues.length - rank)))
    corrected[i] = least
  }
  return corrected
}
