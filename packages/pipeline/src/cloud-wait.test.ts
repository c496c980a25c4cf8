import { expect, test } from 'vitest'
import { parkMs, pollEveryMs } from './cloud-wait.ts'
import { createTiming } from './timing.ts'

const timing = createTiming(1)

test('few stages look as often as they ask to, many share two looks a second, none sleeps for more than half an hour', () => {
  const sleeps = [1, 20, 100, 1_000, 3_600, 100_000].map((waiting) => parkMs(10_000, waiting, timing))
  expect(sleeps).toEqual([10_000, 10_000, 50_000, 500_000, 1_800_000, 1_800_000])
})

test('the cloud is listed every 10 s below 500 waiting stages, every minute from there on', () => {
  expect([1, 499, 500, 10_000].map((waiting) => pollEveryMs(waiting, timing))).toEqual([10_000, 10_000, 60_000, 60_000])
})

test('all of it scales with the time scale', () => {
  const scaled = createTiming(0.1)
  expect(parkMs(1_000, 1_000, scaled)).toBe(50_000)
  expect(pollEveryMs(1_000, scaled)).toBe(6_000)
})
