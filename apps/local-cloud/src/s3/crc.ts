/**
 * CRC-32C and CRC-64/NVME, both reflected, eight bytes a step ("slicing by eight").
 * CRC-32 is zlib's own. A 64-bit value is kept as two 32-bit halves, since BigInt is far too slow.
 */
interface Tables {
  /** Entry `256 * step + byte`, the upper 32 bits; all zero for a 32-bit CRC. */
  high: Uint32Array
  low: Uint32Array
}

const makeTables = (polynomialHigh: number, polynomialLow: number): Tables => {
  const high = new Uint32Array(8 * 256)
  const low = new Uint32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let h = 0
    let l = byte
    for (let bit = 0; bit < 8; bit++) {
      const odd = l & 1
      l = (l >>> 1) | ((h & 1) << 31)
      h >>>= 1
      if (odd) {
        h ^= polynomialHigh
        l ^= polynomialLow
      }
    }
    high[byte] = h
    low[byte] = l
  }
  for (let at = 256; at < 8 * 256; at++) {
    const h = high[at - 256]
    const l = low[at - 256]
    high[at] = (h >>> 8) ^ high[l & 255]
    low[at] = ((l >>> 8) | (h << 24)) ^ low[l & 255]
  }
  return { high, low }
}

const castagnoli = makeTables(0, 0x82f63b78)
const nvme = makeTables(0x9a6c9329, 0xac4bc9b5)

/** CRC-32C of the bytes, continuing from an earlier value. Unsigned 32 bits. */
export const crc32c = (bytes: Uint8Array, earlier = 0): number => {
  const t = castagnoli.low
  const bySteps = bytes.length - (bytes.length % 8)
  let crc = ~earlier
  let at = 0
  for (; at < bySteps; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    crc =
      t[1792 + (crc & 255)] ^
      t[1536 + ((crc >>> 8) & 255)] ^
      t[1280 + ((crc >>> 16) & 255)] ^
      t[1024 + (crc >>> 24)] ^
      t[768 + bytes[at + 4]] ^
      t[512 + bytes[at + 5]] ^
      t[256 + bytes[at + 6]] ^
      t[bytes[at + 7]]
  }
  for (; at < bytes.length; at++) crc = t[(crc ^ bytes[at]) & 255] ^ (crc >>> 8)
  return ~crc >>> 0
}

/** A CRC-64 as its upper and lower 32 bits, both unsigned. */
export type Crc64 = readonly [high: number, low: number]

/** CRC-64/NVME of the bytes, continuing from an earlier value. */
export const crc64Nvme = (bytes: Uint8Array, earlier: Crc64 = [0, 0]): Crc64 => {
  const { high: th, low: tl } = nvme
  const bySteps = bytes.length - (bytes.length % 8)
  let h = ~earlier[0]
  let l = ~earlier[1]
  let at = 0
  for (; at < bySteps; at += 8) {
    l ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    h ^= bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24)
    const i0 = 1792 + (l & 255)
    const i1 = 1536 + ((l >>> 8) & 255)
    const i2 = 1280 + ((l >>> 16) & 255)
    const i3 = 1024 + (l >>> 24)
    const i4 = 768 + (h & 255)
    const i5 = 512 + ((h >>> 8) & 255)
    const i6 = 256 + ((h >>> 16) & 255)
    const i7 = h >>> 24
    h = th[i0] ^ th[i1] ^ th[i2] ^ th[i3] ^ th[i4] ^ th[i5] ^ th[i6] ^ th[i7]
    l = tl[i0] ^ tl[i1] ^ tl[i2] ^ tl[i3] ^ tl[i4] ^ tl[i5] ^ tl[i6] ^ tl[i7]
  }
  for (; at < bytes.length; at++) {
    const index = (l ^ bytes[at]) & 255
    l = ((l >>> 8) | (h << 24)) ^ tl[index]
    h = (h >>> 8) ^ th[index]
  }
  return [~h >>> 0, ~l >>> 0]
}
