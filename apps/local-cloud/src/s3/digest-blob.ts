import { createReadStream } from 'node:fs'
import type { Blobs } from './blobs.ts'
import { type ChecksumAlgorithm, createDigest } from './checksum.ts'

/** Reads a whole blob for its MD5 and, where wanted, a checksum. */
export const digestBlob = async (
  blobs: Blobs,
  id: string,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ md5Hex: string; checksum?: { algorithm: ChecksumAlgorithm; value: string } }> => {
  const md5 = createDigest('MD5')
  const digest = algorithm && createDigest(algorithm)
  for await (const chunk of createReadStream(blobs.path(id), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    md5.update(chunk)
    digest?.update(chunk)
  }
  return {
    md5Hex: md5.digest().toString('hex'),
    ...(algorithm && digest ? { checksum: { algorithm, value: digest.digest().toString('base64') } } : {}),
  }
}
