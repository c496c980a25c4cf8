import { expect, test } from 'vitest'
import { crc32c, crc64Nvme } from './crc.ts'

const bytes = Buffer.from('123456789')

test('CRC-32C of the check string is the published one', () => {
  expect(crc32c(bytes)).toBe(0xe3069283)
})

test('CRC-64/NVME of the check string is the published one', () => {
  expect(crc64Nvme(bytes)).toEqual([0xae8b1486, 0x0a799888])
})

test('a CRC goes on where an earlier one stopped, at any cut', () => {
  const long = Buffer.from(Array.from({ length: 61 }, (_, at) => (at * 37) & 255))
  for (let cut = 0; cut <= long.length; cut++) {
    expect(crc32c(long.subarray(cut), crc32c(long.subarray(0, cut)))).toBe(crc32c(long))
    expect(crc64Nvme(long.subarray(cut), crc64Nvme(long.subarray(0, cut)))).toEqual(crc64Nvme(long))
  }
})
