import sharp from 'sharp'
import type { Box, LabelledBox } from './boxes.ts'
import type { Random } from './random.ts'

// One job is one thread; no picture is read twice.
sharp.concurrency(1)
sharp.cache(false)

/** Side of a decoded picture in px: more than any network's input, so that zooming in keeps detail. */
export const PICTURE_PX = 128
/** An object that loses more than this share of its area to a crop is no longer asked for. */
const LARGEST_LOST_SHARE = 0.6
const SMALLEST_ZOOM = 0.75

/** A decoded image: grey, stretched to a square, so that boxes as shares of width and height stay what they are. */
export interface Picture {
  grey: Uint8Array
  /** Size of the original, upright as its EXIF orientation leaves it in the file. */
  widthPx: number
  heightPx: number
}

/** A picture and the objects in it. */
export interface Sample {
  picture: Picture
  objects: LabelledBox[]
}

/** Decodes JPEG, PNG or whatever else sharp reads. Rejects where the bytes are no image. */
export const decodePicture = async (bytes: Uint8Array): Promise<Picture> => {
  // No automatic rotation: boxes are given in the stored orientation.
  const image = sharp(bytes, { autoOrient: false })
  const { width, height } = await image.metadata()
  const grey = await image
    .flatten({ background: '#000' })
    .resize(PICTURE_PX, PICTURE_PX, { fit: 'fill' })
    .greyscale()
    .raw({ depth: 'uchar' })
    .toBuffer()
  const channels = grey.length / PICTURE_PX ** 2
  const single = channels === 1 ? grey : Uint8Array.from({ length: PICTURE_PX ** 2 }, (_, i) => grey[i * channels] ?? 0)
  return { grey: new Uint8Array(single), widthPx: width, heightPx: height }
}

/** Interleaved red, green and blue of 0–255 → a picture, as `decodePicture` would have made it from a file. */
export const pictureFromPixels = async (
  rgb: Uint8Array,
  size: { widthPx: number; heightPx: number },
): Promise<Picture> => {
  const { widthPx: width, heightPx: height } = size
  return decodePicture(
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer(),
  )
}

/** Which part of a picture is seen, and how it is turned. */
interface Sight {
  x: number
  y: number
  size: number
  flipX: boolean
  flipY: boolean
  transpose: boolean
  contrast: number
  brightness: number
}

const WHOLE: Sight = {
  x: 0,
  y: 0,
  size: 1,
  flipX: false,
  flipY: false,
  transpose: false,
  contrast: 1,
  brightness: 0,
}

const drawSight = (random: Random): Sight => {
  const size = random() < 0.5 ? 1 : SMALLEST_ZOOM + (1 - SMALLEST_ZOOM) * random()
  return {
    size,
    x: (1 - size) * random(),
    y: (1 - size) * random(),
    flipX: random() < 0.5,
    flipY: random() < 0.5,
    transpose: random() < 0.5,
    contrast: 0.8 + 0.45 * random(),
    brightness: 0.4 * (random() - 0.5),
  }
}

/** Writes the whole picture into `input` ([inputPx/4, inputPx/4, 16], standardised). */
export const writeWhole = (picture: Picture, input: Float32Array, inputPx: number): void => {
  writeSight(picture, WHOLE, input, inputPx)
}

/** Writes a randomly cropped, turned and shaded view into `input` and answers what is seen in it. */
export const writeAugmented = (
  { picture, objects }: Sample,
  input: Float32Array,
  inputPx: number,
  random: Random,
): LabelledBox[] => {
  const sight = drawSight(random)
  writeSight(picture, sight, input, inputPx)
  return objects.flatMap(({ classIndex, box }) => {
    const seen = seenBox(box, sight)
    return seen ? [{ classIndex, box: seen }] : []
  })
}

const seenBox = ([x1, y1, x2, y2]: Box, sight: Sight): Box | undefined => {
  const to = (value: number, from: number) => (value - from) / sight.size
  const clip = (value: number) => Math.min(1, Math.max(0, value))
  let [left, top, right, bottom] = [to(x1, sight.x), to(y1, sight.y), to(x2, sight.x), to(y2, sight.y)]
  const area = (right - left) * (bottom - top)
  ;[left, top, right, bottom] = [clip(left), clip(top), clip(right), clip(bottom)]
  if ((right - left) * (bottom - top) < (1 - LARGEST_LOST_SHARE) * area || right <= left || bottom <= top)
    return undefined
  if (sight.flipX) [left, right] = [1 - right, 1 - left]
  if (sight.flipY) [top, bottom] = [1 - bottom, 1 - top]
  return sight.transpose ? [top, left, bottom, right] : [left, top, right, bottom]
}

const writeSight = ({ grey }: Picture, sight: Sight, input: Float32Array, inputPx: number): void => {
  const cells = inputPx / 4
  const step = (sight.size * PICTURE_PX) / inputPx
  const largest = PICTURE_PX - 1.001
  let sum = 0
  let squares = 0
  for (let row = 0; row < inputPx; row++) {
    for (let column = 0; column < inputPx; column++) {
      const [across, down] = sight.transpose ? [row, column] : [column, row]
      const u = sight.flipX ? inputPx - 1 - across : across
      const v = sight.flipY ? inputPx - 1 - down : down
      const x = Math.min(largest, Math.max(0, sight.x * PICTURE_PX + (u + 0.5) * step - 0.5))
      const y = Math.min(largest, Math.max(0, sight.y * PICTURE_PX + (v + 0.5) * step - 0.5))
      const [left, top] = [x | 0, y | 0]
      const [fx, fy] = [x - left, y - top]
      const i = top * PICTURE_PX + left
      const upper = (grey[i] ?? 0) * (1 - fx) + (grey[i + 1] ?? 0) * fx
      const lower = (grey[i + PICTURE_PX] ?? 0) * (1 - fx) + (grey[i + PICTURE_PX + 1] ?? 0) * fx
      const value = upper * (1 - fy) + lower * fy
      // Space to depth: a 4×4 block of pixels becomes the 16 channels of one cell.
      input[((row >> 2) * cells + (column >> 2)) * 16 + (row & 3) * 4 + (column & 3)] = value
      sum += value
      squares += value * value
    }
  }
  const count = inputPx ** 2
  const mean = sum / count
  const deviation = Math.sqrt(Math.max(1, squares / count - mean * mean))
  const factor = sight.contrast / deviation
  const offset = sight.brightness - mean * factor
  for (let i = 0; i < count; i++) input[i] = (input[i] ?? 0) * factor + offset
}
