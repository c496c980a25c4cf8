import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Crc64, crc32c, crc64Nvme } from './crc.ts'

/** In the order in which S3 looks for them. */
export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]

/** COMPOSITE: of the parts' checksums, written with `-<number of parts>` behind. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

export interface Checksum {
  algorithm: ChecksumAlgorithm
  /** Base64 of the big-endian bytes. */
  value: string
  type: ChecksumType
}

/** The header that carries this checksum; its XML element is `Checksum<algorithm>`. */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`

export interface RunningDigest {
  update(bytes: Uint8Array): void
  /** To be called once. */
  digest(): Buffer
}

const createCrc32 = (step: (bytes: Uint8Array, earlier: number) => number): RunningDigest => {
  let value = 0
  return {
    update: (bytes) => {
      value = step(bytes, value)
    },
    digest: () => {
      const bytes = Buffer.allocUnsafe(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

const createCrc64 = (): RunningDigest => {
  let value: Crc64 = [0, 0]
  return {
    update: (bytes) => {
      value = crc64Nvme(bytes, value)
    },
    digest: () => {
      const bytes = Buffer.allocUnsafe(8)
      bytes.writeUInt32BE(value[0])
      bytes.writeUInt32BE(value[1], 4)
      return bytes
    },
  }
}

/** A digest that is fed piece by piece. */
export const createDigest = (algorithm: ChecksumAlgorithm | 'MD5'): RunningDigest => {
  switch (algorithm) {
    case 'CRC32':
      return createCrc32((bytes, earlier) => crc32(bytes, earlier))
    case 'CRC32C':
      return createCrc32(crc32c)
    case 'CRC64NVME':
      return createCrc64()
    default: {
      const hash = createHash(algorithm.toLowerCase())
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() }
    }
  }
}

/** Number of bytes of the algorithm's value. */
export const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
}

/** The checksum of the parts' checksums, as S3 gives it to an object of several parts. */
export const compositeChecksum = (algorithm: ChecksumAlgorithm, partValues: readonly string[]): Checksum => {
  const digest = createDigest(algorithm)
  for (const value of partValues) digest.update(Buffer.from(value, 'base64'))
  return { algorithm, value: `${digest.digest().toString('base64')}-${partValues.length}`, type: 'COMPOSITE' }
}
