import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Fault, faultCodes, FaultList } from './fault-list.ts'

test('docs/datasets.md shows every kind of fault and no other', () => {
  const page = readFileSync(new URL('../../../docs/datasets.md', import.meta.url), 'utf8')
  const shown = [...page.matchAll(/^\| `([a-z_]+)` \| `[^|]+` \|/gm)].map(([, code]) => code)
  expect(shown.filter((code) => code !== 'recordio').sort()).toEqual([...faultCodes].sort())
})

test('which faults are kept does not depend on the order in which they are found', () => {
  const fault = fc.record<Fault>({
    code: fc.constantFrom(...faultCodes),
    file: fc.constantFrom('a', 'b', 'c', 'ä'),
    met: fc.string({ maxLength: 3 }),
    needed: fc.constant('x'),
  })
  const kept = (faults: Fault[]) => {
    const list = new FaultList()
    list.addAll(faults)
    return list.summary()
  }
  const unlike = { maxLength: 60, selector: ({ file, met }: Fault) => `${file} ${met}` }
  fc.assert(
    fc.property(fc.uniqueArray(fault, unlike), (faults) => {
      const summary = kept(faults)
      expect(kept([...faults].reverse())).toEqual(summary)
      expect(summary.count).toBe(faults.length)
      expect(summary.first).toHaveLength(Math.min(20, faults.length))
      expect(Object.values(summary.byCode).reduce((sum, count) => sum + count, 0)).toBe(faults.length)
    }),
  )
})
