import { createHash } from 'node:crypto'
import type { DatasetImage } from '@assay/contracts'
import sharp from 'sharp'
import type { Fault } from './fault-list.ts'
import { pictureHash, THUMBNAIL_PX } from './picture-hash.ts'

export type ImageFacts = Pick<DatasetImage, 'sha256' | 'bytes' | 'widthPx' | 'heightPx' | 'format'> & {
  /** What it looks like (see pictureHash). */
  look: Uint32Array
}

const MAX_PIXELS = 50e6
/** Also the most that the API lets anyone upload as one file. */
export const MAX_IMAGE_BYTES = 100e6

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const JPEG = [0xff, 0xd8, 0xff]
const startsWith = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, at) => bytes[at] === byte)

const formatOf = (bytes: Uint8Array) =>
  startsWith(bytes, JPEG) ? ('jpeg' as const) : startsWith(bytes, PNG) ? ('png' as const) : undefined

const describe = (bytes: Uint8Array) =>
  bytes.length === 0 ? 'an empty file' : `first bytes ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''

/**
 * Size, format, hashes of a JPEG or PNG, told by its first bytes and not its name. The pixels are decoded once, so a
 * truncated file is found here and not in a training job that is paid for; libvips streams them, so little is held.
 */
export const readImageFacts = async (file: string, bytes: Uint8Array): Promise<ImageFacts | Fault> => {
  const format = formatOf(bytes)
  if (!format) return { code: 'image_not_supported', file, met: describe(bytes), needed: 'a JPEG or PNG file' }
  if (bytes.byteLength > MAX_IMAGE_BYTES)
    return {
      code: 'image_too_large',
      file,
      met: `${bytes.byteLength} bytes`,
      needed: `at most ${MAX_IMAGE_BYTES} bytes`,
    }
  try {
    const open = () => sharp(bytes, { failOn: 'warning', limitInputPixels: false, sequentialRead: true })
    const { width, height, orientation = 1 } = await open().metadata()
    if (width * height > MAX_PIXELS)
      return {
        code: 'image_too_large',
        file,
        met: `${width} × ${height} px`,
        needed: `at most ${MAX_PIXELS / 1e6} million pixels`,
      }
    if (orientation !== 1)
      return {
        code: 'image_rotated',
        file,
        met: `EXIF orientation ${orientation}, which some algorithms apply and others do not`,
        needed: 'upright pixels: orientation 1 or none',
      }
    const thumbnail = open().resize(THUMBNAIL_PX, THUMBNAIL_PX, { fit: 'fill' }).flatten().toColourspace('b-w')
    const look = pictureHash(await thumbnail.raw().toBuffer())
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { sha256, bytes: bytes.byteLength, widthPx: width, heightPx: height, format, look }
  } catch (error) {
    return { code: 'image_unreadable', file, met: reason(error), needed: 'a whole image that decodes' }
  }
}
