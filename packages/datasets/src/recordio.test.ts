import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRecords, encodeRecord } from './recordio.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const float32 = (values: number[]) => [...new Float32Array(values)]

const first = encodeRecord({
  id: 5,
  labels: [4, 5, 200, 200, 0, 0.05, 0.1, 0.55, 0.6],
  image: Uint8Array.of(1, 2, 3, 4, 5, 6, 7),
})
const withMagic = encodeRecord({
  id: 6,
  labels: [4, 5, 200, 200, 1, 0.1, 0.2, 0.3, 0.4],
  image: Uint8Array.of(0x0a, 0x23, 0xd7, 0xce, 0x61, 0x62, 0x63),
})

test('a record has the bytes that MXNet writes', () => {
  expect(hex(first)).toBe(
    '0a23d7ce43000000090000000000000005000000000000000000000000000000' +
      '000080400000a0400000484300004843' +
      '00000000cdcc4c3dcdcccc3dcdcc0c3f9a99193f0102030405060700',
  )
  expect(createHash('sha256').update(first).digest('hex')).toBe(
    '92a1f555454840f073cbfc7f7c710390b5c3f4bd1f05da72b6b5f025ddf3bd72',
  )
})

test('a payload is cut where it holds the magic word', () => {
  expect(hex(withMagic)).toBe(
    '0a23d7ce3c000020090000000000000006000000000000000000000000000000' +
      '000080400000a0400000484300004843' +
      '0000803fcdcccc3dcdcc4c3e9a99993ecdcccc3e0a23d7ce0300006061626300',
  )
  expect(createHash('sha256').update(first).update(withMagic).digest('hex')).toBe(
    'fad2d09b2e6755512d1677f76e28cc248eb2b117eea317e9b93dcd6abe3ada35',
  )
})

test('what is written is read again, wherever the magic word lies', () => {
  const image = fc
    .array(fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constant(Uint8Array.of(0x0a, 0x23, 0xd7, 0xce))), {
      maxLength: 8,
    })
    .map((pieces) => new Uint8Array(Buffer.concat(pieces)))
  const record = fc.record({
    id: fc.nat(),
    labels: fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 20 }),
    image,
  })
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), (records) => {
      const bytes = new Uint8Array(Buffer.concat(records.map(encodeRecord)))
      expect(bytes.byteLength % 4).toBe(0)
      const read = [...decodeRecords(bytes)]
      expect(read).toEqual(records.map((one) => ({ ...one, labels: float32(one.labels) })))
    }),
  )
})

test('a file that is cut off is refused', () => {
  expect(() => [...decodeRecords(first.subarray(0, 40))]).toThrow('cut off')
  expect(() => [...decodeRecords(first.subarray(4))]).toThrow('no record begins at byte 0')
})
