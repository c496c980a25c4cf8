import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSortedIndex, type RowCodec } from './sorted-index.ts'

const key = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '\xff') })
const numbers: RowCodec<number> = {
  bytes: 4,
  write: (rows, at, value) => void rows.writeUInt32LE(value, at),
  read: (rows, at) => rows.readUInt32LE(at),
}

test('it holds what a sorted map would hold, whatever is set and deleted', () => {
  const step = fc.record({ key, kind: fc.constantFrom('set', 'set', 'delete') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), key, (steps, from) => {
      const index = createSortedIndex(numbers)
      const model = new Map<string, number>()
      steps.forEach((step, at) => {
        const before = model.get(step.key)
        expect(step.kind === 'set' ? index.set(step.key, at) : index.delete(step.key)).toBe(before)
        if (step.kind === 'set') model.set(step.key, at)
        else model.delete(step.key)
      })
      expect(index.size).toBe(model.size)
      const expected = [...model].filter(([name]) => name >= from).sort(([a], [b]) => (a < b ? -1 : 1))
      expect([...index.from(from)].map((found) => [found.key, found.read()])).toEqual(expected)
      for (const [name, at] of model) expect(index.get(name)).toBe(at)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test.each<[string, (at: number) => number]>([
  ['any', (at) => (at * 2654435761) >>> 0],
  ['ascending', (at) => at],
  ['descending', (at) => 5000 - at],
])('thousands of keys in %s order come out sorted, each with its value, also after most are deleted', (_, numberOf) => {
  const index = createSortedIndex(numbers)
  const values = Array.from({ length: 5000 }, (_, at) => numberOf(at))
  const nameOf = (value: number) => value.toString(16).padStart(8, '0')
  for (const value of values) index.set(nameOf(value), value)
  const sorted = values.toSorted((a, b) => a - b)
  expect([...index.from('')].map((found) => found.read())).toEqual(sorted)
  for (const value of sorted.filter((_, at) => at % 10 !== 0)) index.delete(nameOf(value))
  expect([...index.from(nameOf(sorted[2500]))].map((found) => found.read())).toEqual(
    sorted.filter((_, at) => at % 10 === 0 && at >= 2500),
  )
})
