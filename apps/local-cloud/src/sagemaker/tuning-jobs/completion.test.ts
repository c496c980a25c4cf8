import { expect, test } from 'vitest'
import { trialsNotImproving } from './completion.ts'

test.each<[number[], number]>([
  [[], 0],
  [[1], 0],
  [[1, 2, 3], 2],
  // Half a percent each is no improvement, but together they are one.
  [[1, 0.995, 0.989], 0],
  [[1, 0.995, 0.991, 0.992], 3],
  [[1, 0.9, 0.9], 1],
  // Losses of what is maximized are negative.
  [[-0.5, -0.504, -0.51], 0],
  [[0, 0, -1, 0], 1],
])('of %j the last %i brought no improvement of 1 percent', (losses, count) => {
  expect(trialsNotImproving(losses)).toBe(count)
})
