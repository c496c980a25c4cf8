import { expect, test } from 'vitest'
import { readRecordFile } from './record-file.ts'

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
// Written from MXNet's own sources, see record-file.ts.
const PLAIN = bytes(
  '0a23d7ce 43000000 09000000 00000000 05000000 00000000 00000000 00000000 00008040 0000a040 00004843 00004843 00000000 cdcc4c3d cdcccc3d cdcc0c3f 9a99193f 01020304 05060700',
)
const SPLIT = bytes(
  '0a23d7ce 3c000020 09000000 00000000 06000000 00000000 00000000 00000000 00008040 0000a040 00004843 00004843 0000803f cdcccc3d cdcc4c3e 9a99993e cdcccc3e 0a23d7ce 03000060 61626300',
)

test('a record gives its id, its boxes and its image bytes', () => {
  const [record] = readRecordFile(PLAIN)
  expect(record?.id).toBe(5)
  expect(record?.objects).toHaveLength(1)
  expect(record?.objects[0]?.classIndex).toBe(0)
  record?.objects[0]?.box.forEach((value, i) => expect(value).toBeCloseTo([0.05, 0.1, 0.55, 0.6][i] ?? 0, 6))
  expect([...(record?.imageBytes ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('an image that holds the magic number comes back whole', () => {
  const [, record] = readRecordFile(Buffer.concat([PLAIN, SPLIT]))
  expect(record?.id).toBe(6)
  expect(Buffer.from(record?.imageBytes ?? []).toString('hex')).toBe('0a23d7ce616263')
})

test('a file that is cut off or is something else is refused with the place', () => {
  expect(() => readRecordFile(SPLIT.subarray(0, 68))).toThrow('ends within a record of several pieces')
  expect(() => readRecordFile(PLAIN.subarray(0, 70))).toThrow('ends within the record at byte 0')
  expect(() => readRecordFile(Buffer.from('not a record file'))).toThrow('no record at byte 0 of 17')
})
