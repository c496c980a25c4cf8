import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createKernels } from './kernels.ts'
import { createRandom } from './random.ts'

test('the committed kernels are what their source compiles to', () => {
  const script = fileURLToPath(new URL('../bin/build-kernels.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}, 60_000)

test.each([
  [8, 16, 24],
  [7, 8, 5],
  [1, 24, 3],
])('a %i × %i product over %i terms equals the plain one', (m, n, k) => {
  const kernels = createKernels()
  const [a, b, c] = [kernels.reserve(m * k), kernels.reserve(k * n), kernels.reserve(m * n)]
  kernels.commit()
  const random = createRandom(1)
  const [left, right] = [kernels.view(a, m * k), kernels.view(b, k * n)]
  for (const values of [left, right]) for (let i = 0; i < values.length; i++) values[i] = random() - 0.5
  kernels.gemm(m, n, k, a, k, 1, b, c, 0)
  // Twice: the second time on top of the first, with A given as its transpose's transpose.
  kernels.gemm(m, n, k, a, k, 1, b, c, 1)
  const product = kernels.view(c, m * n)
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++) {
      let sum = 0
      for (let q = 0; q < k; q++) sum += (left[row * k + q] ?? 0) * (right[q * n + column] ?? 0)
      expect(product[row * n + column]).toBeCloseTo(2 * sum, 5)
    }
})
