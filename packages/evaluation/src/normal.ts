/** The standard normal distribution function, absolute error below 1e-7 (Abramowitz and Stegun, Handbook, 7.1.26). */
export const normalCdf = (z: number): number => {
  const t = 1 / (1 + 0.3275911 * Math.abs(z / Math.SQRT2))
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const tail = (polynomial * Math.exp((-z * z) / 2)) / 2
  return z < 0 ? tail : 1 - tail
}

/** The inverse of `normalCdf` for shares in (0, 1), by bisection to 1e-12: called a few times a comparison, so plain beats fast. */
export const normalQuantile = (share: number): number => {
  let low = -10
  let high = 10
  while (high - low > 1e-12) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
