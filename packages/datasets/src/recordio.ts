/** Little-endian first word of every record (dmlc-core, include/dmlc/recordio.h). */
const MAGIC = 0xced7230a
const MAX_LENGTH = 2 ** 29 - 1

const chunk = (flag: number, data: Uint8Array): Uint8Array => {
  if (data.byteLength > MAX_LENGTH) throw new RangeError(`${data.byteLength} bytes in a record, ${MAX_LENGTH} at most`)
  const bytes = new Uint8Array(8 + Math.ceil(data.byteLength / 4) * 4)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, flag * 2 ** 29 + data.byteLength, true)
  bytes.set(data, 8)
  return bytes
}

/** Offsets, multiples of 4, where the payload holds the magic word itself. */
const magicOffsets = (payload: Uint8Array) => {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const offsets: number[] = []
  for (let at = 0; at + 4 <= payload.byteLength; at += 4) if (view.getUint32(at, true) === MAGIC) offsets.push(at)
  return offsets
}

const joined = (pieces: Uint8Array[]) => new Uint8Array(Buffer.concat(pieces))

/** Frames a payload. Where it holds the magic word at a multiple of 4 it is cut there; readers put the word back. */
const frame = (payload: Uint8Array): Uint8Array => {
  const cuts = magicOffsets(payload)
  if (cuts.length === 0) return chunk(0, payload)
  const starts = [0, ...cuts.map((cut) => cut + 4)]
  return joined(
    starts.map((start, index) =>
      chunk(index === 0 ? 1 : index < cuts.length ? 2 : 3, payload.subarray(start, cuts[index] ?? payload.byteLength)),
    ),
  )
}

export interface ImageRecord {
  id: number
  /** Written as float32. */
  labels: readonly number[]
  /** The encoded image, as it is. */
  image: Uint8Array
}

/** One image record: 24 bytes of header, the labels, the image file's bytes; framed and padded. */
export const encodeRecord = ({ id, labels, image }: ImageRecord): Uint8Array => {
  const payload = new Uint8Array(24 + labels.length * 4 + image.byteLength)
  const view = new DataView(payload.buffer)
  view.setUint32(0, labels.length, true)
  view.setBigUint64(8, BigInt(id), true)
  for (const [index, label] of labels.entries()) view.setFloat32(24 + index * 4, label, true)
  payload.set(image, 24 + labels.length * 4)
  return frame(payload)
}

const decodePayload = (payload: Uint8Array): ImageRecord => {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const count = view.getUint32(0, true)
  const labels = Array.from({ length: count }, (_, index) => view.getFloat32(24 + index * 4, true))
  return {
    id: Number(view.getBigUint64(8, true)),
    labels: count === 0 ? [view.getFloat32(4, true)] : labels,
    image: payload.subarray(24 + count * 4),
  }
}

/** Reads the records of a .rec file. Throws where a record does not begin with the magic word or is cut off. */
export function* decodeRecords(bytes: Uint8Array): Generator<ImageRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = new Uint8Array(new Uint32Array([MAGIC]).buffer)
  let pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.byteLength;) {
    if (at + 8 > bytes.byteLength || view.getUint32(at, true) !== MAGIC)
      throw new Error(`no record begins at byte ${at}`)
    const word = view.getUint32(at + 4, true)
    const [flag, length] = [word >>> 29, word & MAX_LENGTH]
    if (at + 8 + length > bytes.byteLength) throw new Error(`the record at byte ${at} is cut off`)
    if (flag > 1) pieces.push(magic)
    pieces.push(bytes.subarray(at + 8, at + 8 + length))
    if (flag === 0 || flag === 3) {
      yield decodePayload(joined(pieces))
      pieces = []
    }
    at += 8 + Math.ceil(length / 4) * 4
  }
}
