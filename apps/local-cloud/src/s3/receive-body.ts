import { createHash } from 'node:crypto'
import { createAwsChunkedDecoder, type ChunkVerifier } from './aws-chunked.ts'
import type { BlobDraft, Blobs } from './blobs.ts'
import type { BodyClaims } from './body-claims.ts'
import { type ChecksumAlgorithm, checksumHeader, createDigest } from './checksum.ts'
import { S3Error } from './s3-error.ts'

/** A body on disk, checked against all that was claimed of it, not yet anybody's. */
export interface Received {
  blob: string
  sizeBytes: number
  md5Hex: string
  checksum?: { algorithm: ChecksumAlgorithm; value: string }
}

/** Bodies up to this are written in one go on the event loop, which costs less than the way through the thread pool. */
const smallBytes = 128 << 10

/** Collects a small body in memory and lets a larger one flow to disk. */
const createSink = (blobs: Blobs) => {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let draft: BlobDraft | undefined
  return {
    write: async (bytes: Uint8Array): Promise<void> => {
      held.push(bytes)
      heldBytes += bytes.length
      if (heldBytes <= smallBytes) return
      draft ??= await blobs.draft()
      const together = held.length === 1 ? bytes : Buffer.concat(held)
      held = []
      heldBytes = 0
      await draft.write(together)
    },
    finish: async (): Promise<string> => {
      if (!draft)
        return blobs.writeSmall(
          held.length === 1 ? Buffer.from(held[0].buffer, held[0].byteOffset, held[0].byteLength) : Buffer.concat(held),
        )
      await draft.write(Buffer.concat(held))
      await draft.finish()
      return draft.id
    },
    discard: async (): Promise<void> => {
      await draft?.discard()
    },
  }
}

const checkClaims = (
  claims: BodyClaims,
  met: { sizeBytes: number; md5: Buffer; sha256Hex: string | undefined; checksum: string | undefined },
  trailers: ReadonlyMap<string, string> | undefined,
) => {
  if (claims.sizeBytes !== undefined && met.sizeBytes !== claims.sizeBytes) throw new S3Error('IncompleteBody')
  if (claims.contentMd5 !== undefined && met.md5.toString('base64') !== claims.contentMd5)
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: claims.contentMd5,
      CalculatedDigest: met.md5.toString('base64'),
    })
  if (claims.sha256Hex !== undefined && met.sha256Hex !== claims.sha256Hex)
    throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
      ClientComputedContentSHA256: claims.sha256Hex,
      S3ComputedContentSHA256: met.sha256Hex ?? '',
    })
  if (!claims.checksum) return
  const { algorithm } = claims.checksum
  const expected = claims.checksum.value ?? trailers?.get(checksumHeader(algorithm))
  if (expected === undefined) throw new S3Error('MalformedTrailerError')
  if (expected !== met.checksum)
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
}

/** Passes every piece of the real body on, then checks the whole against its claims. */
const readChecked = async (
  source: AsyncIterable<Buffer>,
  claims: BodyClaims,
  chunkVerifier: ChunkVerifier | undefined,
  write: (piece: Buffer) => Promise<void> | void,
  wanted: ChecksumAlgorithm | undefined = claims.checksum?.algorithm,
): Promise<Omit<Received, 'blob'>> => {
  const decoder =
    claims.framing === 'plain' ? undefined : createAwsChunkedDecoder(claims.framing === 'signed chunks', chunkVerifier)
  const md5 = createHash('md5')
  const sha256 = claims.sha256Hex === undefined ? undefined : createHash('sha256')
  const checksum = wanted && createDigest(wanted)
  let sizeBytes = 0
  for await (const chunk of source)
    for (const piece of decoder ? decoder.push(chunk) : [chunk]) {
      sizeBytes += piece.length
      if (claims.sizeBytes !== undefined && sizeBytes > claims.sizeBytes) throw new S3Error('IncompleteBody')
      md5.update(piece)
      sha256?.update(piece)
      checksum?.update(piece)
      await write(piece)
    }
  const met = {
    sizeBytes,
    md5: md5.digest(),
    sha256Hex: sha256?.digest('hex'),
    checksum: checksum?.digest().toString('base64'),
  }
  checkClaims(claims, met, decoder?.end())
  return {
    sizeBytes,
    md5Hex: met.md5.toString('hex'),
    checksum: wanted && { algorithm: wanted, value: met.checksum ?? '' },
  }
}

/**
 * Reads a body to disk in bounded memory. Where it ends early or is not what was claimed, nothing of it stays.
 * @param wanted - a checksum to compute though none was claimed
 * Throws IncompleteBody, BadDigest, XAmzContentSHA256Mismatch, MalformedTrailerError, SignatureDoesNotMatch.
 */
export const receiveBody = async (
  source: AsyncIterable<Buffer>,
  claims: BodyClaims,
  blobs: Blobs,
  chunkVerifier?: ChunkVerifier,
  wanted?: ChecksumAlgorithm,
): Promise<Received> => {
  const sink = createSink(blobs)
  try {
    const checked = await readChecked(source, claims, chunkVerifier, sink.write, wanted)
    return { ...checked, blob: await sink.finish() }
  } catch (error) {
    await sink.discard()
    throw error
  }
}

/** Reads a short body, such as a request's XML, into memory. Throws MalformedXML where it is longer than `maxBytes`. */
export const readShortBody = async (
  source: AsyncIterable<Buffer>,
  claims: BodyClaims,
  maxBytes: number,
  chunkVerifier?: ChunkVerifier,
): Promise<Buffer> => {
  if (claims.sizeBytes !== undefined && claims.sizeBytes > maxBytes) throw new S3Error('MalformedXML')
  const pieces: Buffer[] = []
  await readChecked(source, claims, chunkVerifier, (piece) => void pieces.push(piece))
  return Buffer.concat(pieces)
}
