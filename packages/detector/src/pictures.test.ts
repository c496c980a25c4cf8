import sharp from 'sharp'
import { expect, test } from 'vitest'
import { boxOfCell, numbersOfBox } from './cells.ts'
import { decodePicture, PICTURE_PX, pictureFromPixels, writeAugmented, writeWhole } from './pictures.ts'
import { createRandom } from './random.ts'
import { drawSquares } from './testing/squares.ts'

const colourful = sharp(Buffer.alloc(640 * 480 * 3, 200), { raw: { width: 640, height: 480, channels: 3 } })

test('colour PNG and JPEG of any shape become one grey square and keep their own size', async () => {
  for (const bytes of [await colourful.clone().png().toBuffer(), await colourful.clone().jpeg().toBuffer()]) {
    const picture = await decodePicture(bytes)
    expect(picture).toMatchObject({ widthPx: 640, heightPx: 480 })
    expect(picture.grey).toHaveLength(PICTURE_PX ** 2)
    expect(picture.grey[5]).toBeCloseTo(200, -1)
  }
})

test('16-bit, transparent and palette PNGs can be read, other bytes cannot', async () => {
  const grey = await colourful.clone().toColourspace('grey16').png().toBuffer()
  const transparent = await colourful.clone().ensureAlpha(0.5).png().toBuffer()
  const palette = await colourful.clone().png({ palette: true }).toBuffer()
  for (const bytes of [grey, transparent, palette])
    expect((await decodePicture(bytes)).grey).toHaveLength(PICTURE_PX ** 2)
  await expect(decodePicture(Buffer.from('no image'))).rejects.toThrow('unsupported image format')
})

test('pixels that came over the wire make the picture that their file makes', async () => {
  const image = sharp({ create: { width: 60, height: 40, channels: 3, background: '#306090' } })
  const fromFile = await decodePicture(await image.clone().png().toBuffer())
  const fromPixels = await pictureFromPixels(new Uint8Array(await image.clone().raw().toBuffer()), {
    widthPx: 60,
    heightPx: 40,
  })
  expect(fromPixels).toEqual(fromFile)
})

test('an augmented view shows each object where its box says', () => {
  const random = createRandom(1)
  const inputPx = 96
  const cells = inputPx / 4
  const input = new Float32Array(inputPx ** 2)
  let seen = 0
  for (const sample of drawSquares(40, 9)) {
    // One object a picture, so that nothing covers it.
    const [object] = sample.objects
    if (!object || sample.objects.length > 1) continue
    for (const { classIndex, box } of writeAugmented(sample, input, inputPx, random)) {
      const column = Math.floor(((box[0] + box[2]) / 2) * inputPx)
      const row = Math.floor(((box[1] + box[3]) / 2) * inputPx)
      const value = input[((row >> 2) * cells + (column >> 2)) * 16 + (row & 3) * 4 + (column & 3)] ?? 0
      expect(Math.sign(value)).toBe(classIndex === 0 ? 1 : -1)
      seen++
    }
  }
  expect(seen).toBeGreaterThan(5)
})

test('a whole picture is written with mean 0 and deviation 1', () => {
  const [sample] = drawSquares(1, 3)
  const input = new Float32Array(96 ** 2)
  if (sample) writeWhole(sample.picture, input, 96)
  const mean = input.reduce((sum, value) => sum + value, 0) / input.length
  expect(mean).toBeCloseTo(0, 4)
  expect(input.reduce((sum, value) => sum + (value - mean) ** 2, 0) / input.length).toBeCloseTo(1, 3)
})

test('a box written as a cell’s numbers is that box again', () => {
  const box = [0.12, 0.3, 0.47, 0.91] as const
  boxOfCell(77, 12, numbersOfBox(77, 12, box), 0).forEach((value, i) => expect(value).toBeCloseTo(box[i] ?? 0, 10))
})
