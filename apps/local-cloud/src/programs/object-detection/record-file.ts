import { ClientError } from '../container/client-error.ts'

/** One image of a .rec file. Boxes as shares of width and height. */
export interface DetectionRecord {
  id: number
  objects: { classIndex: number; box: [number, number, number, number] }[]
  imageBytes: Uint8Array
}

const MAGIC = 0xced7230a
const HEADER_BYTES = 24

/**
 * Reads dmlc RecordIO with MXNet's image header and detection labels.
 * Sources: dmlc-core src/recordio.cc, mxnet src/io/image_recordio.h and image_det_aug_default.cc.
 */
export const readRecordFile = (bytes: Uint8Array): DetectionRecord[] => payloads(bytes).map(readDetection)

/** Whole payloads; where the writer cut at the magic number, it is put back between the pieces. */
const payloads = (bytes: Uint8Array): Uint8Array[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = Uint8Array.of(0x0a, 0x23, 0xd7, 0xce)
  const found: Uint8Array[] = []
  let pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length || view.getUint32(at, true) !== MAGIC)
      throw new ClientError(`the RecordIO file has no record at byte ${at} of ${bytes.length}`)
    const lrec = view.getUint32(at + 4, true)
    const [flag, length] = [lrec >>> 29, lrec & 0x1fffffff]
    const piece = bytes.subarray(at + 8, at + 8 + length)
    if (piece.length < length) throw new ClientError(`the RecordIO file ends within the record at byte ${at}`)
    const continues = flag === 2 || flag === 3
    if (flag > 3 || continues !== pieces.length > 0)
      throw new ClientError(`the record at byte ${at} is a piece (flag ${flag}) without its neighbours`)
    if (continues) pieces.push(magic)
    pieces.push(piece)
    if (flag === 0 || flag === 3) {
      found.push(pieces.length === 1 ? piece : Buffer.concat(pieces))
      pieces = []
    }
    at += 8 + Math.ceil(length / 4) * 4
  }
  if (pieces.length > 0) throw new ClientError('the RecordIO file ends within a record of several pieces')
  return found
}

const readDetection = (payload: Uint8Array, index: number): DetectionRecord => {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  if (payload.length < HEADER_BYTES) throw new ClientError(`record ${index} has no image header`)
  const count = view.getUint32(0, true)
  const id = Number(view.getBigUint64(8, true))
  if (payload.length < HEADER_BYTES + 4 * count) throw new ClientError(`record ${id} ends within its ${count} labels`)
  const labels = Array.from({ length: count }, (_, i) => view.getFloat32(HEADER_BYTES + 4 * i, true))
  const [headerWidth = 0, objectWidth = 0] = labels
  if (count < 2 || headerWidth < 2 || objectWidth < 5 || (count - headerWidth) % objectWidth !== 0)
    throw new ClientError(
      `record ${id} has no detection label: ${count} numbers that begin ${labels.slice(0, 2).join(', ')}`,
    )
  const objects: DetectionRecord['objects'] = []
  for (let at = headerWidth; at < count; at += objectWidth) {
    const [classIndex = -1, x1 = 0, y1 = 0, x2 = 0, y2 = 0] = labels.slice(at, at + 5)
    // MXNet's reader drops such boxes without a word.
    if (x2 <= x1 || y2 <= y1) continue
    objects.push({ classIndex, box: [x1, y1, x2, y2] })
  }
  return { id, objects, imageBytes: payload.subarray(HEADER_BYTES + 4 * count) }
}
