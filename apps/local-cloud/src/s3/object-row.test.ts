import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksumAlgorithms } from './checksum.ts'
import { storageClasses } from './object-record.ts'
import { objectRows } from './object-row.ts'

const hex = fc.stringMatching(/^[0-9a-f]{32}$/)
const row = fc.record(
  {
    offset: fc.nat({ max: 2 ** 45 }),
    lineBytes: fc.nat({ max: 2 ** 24 }),
    sizeBytes: fc.nat({ max: 5 * 2 ** 40 }),
    modifiedMs: fc.nat({ max: 4e12 }),
    etag: fc.oneof(
      hex,
      fc.tuple(hex, fc.integer({ min: 1, max: 10_000 })).map(([md5, parts]) => `${md5}-${parts}`),
    ),
    storageClass: fc.constantFrom(...storageClasses.filter((name) => name !== 'STANDARD')),
    checksum: fc.record({
      algorithm: fc.constantFrom(...checksumAlgorithms),
      type: fc.constantFrom('FULL_OBJECT' as const, 'COMPOSITE' as const),
    }),
  },
  { requiredKeys: ['offset', 'lineBytes', 'sizeBytes', 'modifiedMs', 'etag'] },
)

test('a row gives back what was written, and leaves its neighbours alone', () => {
  fc.assert(
    fc.property(row, row, (one, two) => {
      const rows = Buffer.alloc(3 * objectRows.bytes)
      objectRows.write(rows, objectRows.bytes, two)
      objectRows.write(rows, 0, one)
      objectRows.write(rows, 2 * objectRows.bytes, one)
      expect(objectRows.read(rows, 0)).toEqual(one)
      expect(objectRows.read(rows, objectRows.bytes)).toEqual(two)
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('an ETag of another form is refused', () => {
  const odd = { offset: 0, lineBytes: 1, sizeBytes: 0, modifiedMs: 0, etag: 'x' }
  expect(() => objectRows.write(Buffer.alloc(48), 0, odd)).toThrow('neither an MD5')
})
