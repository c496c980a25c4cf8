/** What is expected at a point, in the units of the observations. */
export interface Prediction {
  mean: number
  deviation: number
}

interface Hyper {
  lengthScale: number
  noise: number
}

const lengthScales = [0.1, 0.2, 0.4, 0.8, 1.6]
const noises = [1e-4, 1e-2, 1e-1]

const distance = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2
  return Math.sqrt(sum)
}

/** Matérn 5/2 with unit variance. */
const kernel = (d: number, lengthScale: number): number => {
  const r = (Math.sqrt(5) * d) / lengthScale
  return (1 + r + (r * r) / 3) * Math.exp(-r)
}

/** Lower triangle of the Cholesky factor, row by row; undefined where the matrix is not positive definite. */
const cholesky = (matrix: Float64Array, n: number): Float64Array | undefined => {
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * n + j] ?? 0
      for (let k = 0; k < j; k += 1) sum -= (lower[i * n + k] ?? 0) * (lower[j * n + k] ?? 0)
      if (i === j) {
        if (sum <= 0) return undefined
        lower[i * n + i] = Math.sqrt(sum)
      } else lower[i * n + j] = sum / (lower[j * n + j] ?? 1)
    }
  return lower
}

const solveLower = (lower: Float64Array, n: number, right: ArrayLike<number>): Float64Array => {
  const x = new Float64Array(n)
  for (let i = 0; i < n; i += 1) {
    let sum = right[i] ?? 0
    for (let k = 0; k < i; k += 1) sum -= (lower[i * n + k] ?? 0) * (x[k] ?? 0)
    x[i] = sum / (lower[i * n + i] ?? 1)
  }
  return x
}

const solveUpper = (lower: Float64Array, n: number, right: ArrayLike<number>): Float64Array => {
  const x = new Float64Array(n)
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = right[i] ?? 0
    for (let k = i + 1; k < n; k += 1) sum -= (lower[k * n + i] ?? 0) * (x[k] ?? 0)
    x[i] = sum / (lower[i * n + i] ?? 1)
  }
  return x
}

/**
 * A Gaussian process through the points (coordinates 0 to 1) and their values, isotropic Matérn 5/2, its length scale and noise
 * chosen from a small grid by marginal likelihood. At least two points.
 */
export const fitGaussianProcess = (
  points: readonly (readonly number[])[],
  values: readonly number[],
): ((point: readonly number[]) => Prediction) => {
  const n = points.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n) || 1
  const standard = values.map((value) => (value - mean) / spread)
  const distances = new Float64Array(n * n)
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j < i; j += 1)
      distances[i * n + j] = distances[j * n + i] = distance(points[i] ?? [], points[j] ?? [])

  let best: { likelihood: number; hyper: Hyper; lower: Float64Array; weights: Float64Array } | undefined
  for (const lengthScale of lengthScales)
    for (const noise of noises) {
      const covariance = new Float64Array(n * n)
      for (let i = 0; i < n * n; i += 1) covariance[i] = kernel(distances[i] ?? 0, lengthScale)
      for (let i = 0; i < n; i += 1) covariance[i * n + i] = 1 + noise
      const lower = cholesky(covariance, n)
      if (!lower) continue
      const half = solveLower(lower, n, standard)
      let likelihood = 0
      for (let i = 0; i < n; i += 1) likelihood -= 0.5 * (half[i] ?? 0) ** 2 + Math.log(lower[i * n + i] ?? 1)
      if (!best || likelihood > best.likelihood)
        best = { likelihood, hyper: { lengthScale, noise }, lower, weights: solveUpper(lower, n, half) }
    }
  if (!best) return () => ({ mean, deviation: spread })

  const { hyper, lower, weights } = best
  return (point) => {
    const cross = points.map((other) => kernel(distance(point, other), hyper.lengthScale))
    const solved = solveLower(lower, n, cross)
    let expected = 0
    let explained = 0
    for (let i = 0; i < n; i += 1) {
      expected += (cross[i] ?? 0) * (weights[i] ?? 0)
      explained += (solved[i] ?? 0) ** 2
    }
    return { mean: mean + spread * expected, deviation: spread * Math.sqrt(Math.max(1e-12, 1 - explained)) }
  }
}
