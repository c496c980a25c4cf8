import { expect, test } from 'vitest'
import { apartMs } from './apart-ms.ts'

const lockMs = 10_000
const suspect = { crashes: 3, hasWaited: true, workerAgeMs: 60_000, lockMs }
const half = () => 0.5

test('two crashes are an accident: the job runs at once, on a new worker too', () => {
  expect(apartMs({ ...suspect, crashes: 2, hasWaited: false, workerAgeMs: 0 }, half)).toBe(0)
})

test('from the third crash on a job waits a while of its own, once a crash', () => {
  expect(apartMs({ ...suspect, hasWaited: false }, half)).toBe(15_000)
  expect(apartMs({ ...suspect, crashes: 4, hasWaited: false }, half)).toBe(20_000)
  expect(apartMs(suspect, half)).toBe(0)
})

test('a worker that has not outlived a lock leaves it alone, however long it has waited', () => {
  expect(apartMs({ ...suspect, workerAgeMs: 2_000 }, half)).toBe(8_000)
  expect(apartMs({ ...suspect, hasWaited: false, workerAgeMs: 0 }, () => 0)).toBe(10_000)
})
