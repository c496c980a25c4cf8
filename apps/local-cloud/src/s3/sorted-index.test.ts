import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSortedIndex } from './sorted-index.ts'

const key = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '\xff') })

test('it holds what a sorted map would hold, whatever is set and deleted', () => {
  const step = fc.record({ key, kind: fc.constantFrom('set', 'set', 'delete') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), key, (steps, from) => {
      const index = createSortedIndex<{ key: string; at: number }>()
      const model = new Map<string, number>()
      steps.forEach((step, at) => {
        const before = model.get(step.key)
        const replaced = step.kind === 'set' ? index.set({ key: step.key, at }) : index.delete(step.key)
        expect(replaced?.at).toBe(before)
        if (step.kind === 'set') model.set(step.key, at)
        else model.delete(step.key)
      })
      expect(index.size).toBe(model.size)
      const expected = [...model].filter(([name]) => name >= from).sort(([a], [b]) => (a < b ? -1 : 1))
      expect([...index.from(from)].map((entry) => [entry.key, entry.at])).toEqual(expected)
      for (const [name, at] of model) expect(index.get(name)?.at).toBe(at)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('thousands of keys in any order come out sorted, also after most are deleted', () => {
  const index = createSortedIndex<{ key: string }>()
  const names = Array.from({ length: 5000 }, (_, at) => ((at * 2654435761) >>> 0).toString(16).padStart(8, '0'))
  for (const name of names) index.set({ key: name })
  const sorted = names.toSorted()
  expect([...index.from('')].map((entry) => entry.key)).toEqual(sorted)
  for (const name of sorted.filter((_, at) => at % 10 !== 0)) index.delete(name)
  expect([...index.from(sorted[2500])].map((entry) => entry.key)).toEqual(
    sorted.filter((_, at) => at % 10 === 0 && at >= 2500),
  )
})
