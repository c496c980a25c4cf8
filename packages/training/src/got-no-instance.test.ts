import { expect, test } from 'vitest'
import { gotNoInstance } from './got-no-instance.ts'

const capacity = { failureReason: 'CapacityError: Unable to provision requested ML compute capacity' }

test('jobs that no instance came for are told from those that trained first', () => {
  expect(gotNoInstance([capacity])).toBe(true)
  expect(gotNoInstance([capacity, { ...capacity, billableSeconds: 0 }])).toBe(true)
  expect(gotNoInstance([{ ...capacity, billableSeconds: 1 }])).toBe(false)
  expect(gotNoInstance([capacity, { ...capacity, billableSeconds: 40 }])).toBe(false)
})

test('spot instances that were waited for in vain are the same; what the algorithm did is not', () => {
  expect(gotNoInstance([{ secondaryStatus: 'MaxWaitTimeExceeded' }])).toBe(true)
  expect(gotNoInstance([{ secondaryStatus: 'MaxWaitTimeExceeded', billableSeconds: 9 }])).toBe(false)
  expect(gotNoInstance([{ failureReason: 'AlgorithmError: out of memory' }])).toBe(false)
  expect(gotNoInstance([capacity, { secondaryStatus: 'MaxRuntimeExceeded' }])).toBe(false)
  expect(gotNoInstance([])).toBe(false)
})
