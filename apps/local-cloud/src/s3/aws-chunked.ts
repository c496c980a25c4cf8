import { createHash, type Hash } from 'node:crypto'
import { S3Error } from './s3-error.ts'

/** Checks the signatures inside a body of signed chunks; each one covers the one before. */
export interface ChunkVerifier {
  /** Throws S3Error SignatureDoesNotMatch. */
  chunk(sha256Hex: string, signature: string | undefined): void
  /** `text`: the trailer lines as signed, each ended by a newline. */
  trailer(text: string, signature: string | undefined): void
}

export interface AwsChunkedDecoder {
  /** Returns the pieces of the real body that this piece of the framed one brought. */
  push(bytes: Buffer): readonly Buffer[]
  /** Trailers by lower-case name. Throws IncompleteBody where the body stopped early. */
  end(): ReadonlyMap<string, string>
}

const maxLineBytes = 16_384
const lineFeed = 10
const broken = () => new S3Error('IncompleteBody', 'The request body terminated unexpectedly')

/**
 * Undoes the framing `aws-chunked`: `<hex size>[;chunk-signature=…] CRLF data CRLF … 0 CRLF [trailers] CRLF`.
 * @param signed - whether every chunk must carry a signature
 * @param verifier - what checks those; undefined where no credentials are configured
 */
export const createAwsChunkedDecoder = (signed: boolean, verifier?: ChunkVerifier): AwsChunkedDecoder => {
  let state: 'size' | 'data' | 'data end' | 'trailers' | 'done' = 'size'
  let line = ''
  let dataLeft = 0
  let chunkSignature: string | undefined
  let chunkHash: Hash | undefined
  const trailerLines: string[] = []

  const endChunk = () => {
    if (verifier && chunkHash) verifier.chunk(chunkHash.digest('hex'), chunkSignature)
  }
  const beginChunk = (head: string) => {
    const [size, ...extensions] = head.split(';')
    if (!/^[0-9a-fA-F]{1,12}$/.test(size)) throw broken()
    chunkSignature = extensions.map((text) => /^chunk-signature=([0-9a-f]{64})$/.exec(text.trim())?.[1]).find(Boolean)
    if (signed && chunkSignature === undefined) throw new S3Error('SignatureDoesNotMatch')
    chunkHash = signed && verifier ? createHash('sha256') : undefined
    dataLeft = Number.parseInt(size, 16)
    if (dataLeft > 0) {
      state = 'data'
      return
    }
    endChunk()
    state = 'trailers'
  }
  const takeLine = (text: string) => {
    if (state === 'size') beginChunk(text)
    else if (state === 'data end') {
      if (text !== '') throw broken()
      state = 'size'
    } else if (text === '') state = 'done'
    else trailerLines.push(text)
  }

  return {
    push: (bytes) => {
      const pieces: Buffer[] = []
      let at = 0
      while (at < bytes.length && state !== 'done') {
        if (state === 'data') {
          const piece = bytes.subarray(at, at + dataLeft)
          chunkHash?.update(piece)
          pieces.push(piece)
          at += piece.length
          dataLeft -= piece.length
          if (dataLeft === 0) {
            endChunk()
            state = 'data end'
          }
          continue
        }
        const end = bytes.indexOf(lineFeed, at)
        line += bytes.toString('latin1', at, end === -1 ? bytes.length : end)
        if (line.length > maxLineBytes) throw broken()
        at = end === -1 ? bytes.length : end + 1
        if (end === -1) break
        const text = line.endsWith('\r') ? line.slice(0, -1) : line
        line = ''
        takeLine(text)
      }
      return pieces
    },
    end: () => {
      // Some clients leave out the last empty line.
      if (state === 'trailers' && line !== '') takeLine(line.trimEnd())
      if (state !== 'done' && state !== 'trailers') throw broken()
      const trailers = new Map<string, string>()
      for (const text of trailerLines) {
        const colon = text.indexOf(':')
        if (colon < 1) throw new S3Error('MalformedTrailerError')
        trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim())
      }
      if (verifier && signed && trailers.size > 0) {
        const signature = trailers.get('x-amz-trailer-signature')
        const covered = [...trailers].filter(([name]) => name !== 'x-amz-trailer-signature')
        verifier.trailer(covered.map(([name, value]) => `${name}:${value}\n`).join(''), signature)
      }
      return trailers
    },
  }
}
