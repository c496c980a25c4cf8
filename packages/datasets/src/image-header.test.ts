import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readImageFacts } from './image-header.ts'
import { aPicture } from './testing/builders.ts'

test.each(['jpeg', 'png'] as const)('size, format and hash of a %s', async (format) => {
  const bytes = await aPicture({ format, widthPx: 33, heightPx: 21 })
  expect(await readImageFacts('wrong-name.txt', bytes)).toMatchObject({
    widthPx: 33,
    heightPx: 21,
    format,
    bytes: bytes.byteLength,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test.each(['jpeg', 'png'] as const)('a truncated %s is found', async (format) => {
  const bytes = await sharp({
    create: {
      width: 300,
      height: 300,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .toFormat(format)
    .toBuffer()
  for (const share of [0.99, 0.5, 0.05])
    expect(await readImageFacts('a', bytes.subarray(0, bytes.length * share))).toMatchObject({
      code: 'image_unreadable',
    })
})

test('other formats, text and nothing are no images, whatever they are called', async () => {
  const gif = await sharp(await aPicture())
    .gif()
    .toBuffer()
  for (const bytes of [gif, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), new Uint8Array()])
    expect(await readImageFacts('a.jpg', bytes)).toMatchObject({ code: 'image_not_supported', file: 'a.jpg' })
})

test('an image bomb is refused by its header', async () => {
  const bomb = await sharp({ create: { width: 8000, height: 7000, channels: 3, background: 'black' } })
    .png()
    .toBuffer()
  expect(await readImageFacts('a.png', bomb)).toMatchObject({ code: 'image_too_large', met: '8000 × 7000 px' })
})

test('an image that is turned by EXIF is refused', async () => {
  const turned = await sharp(await aPicture())
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  expect(await readImageFacts('a.jpg', turned)).toMatchObject({ code: 'image_rotated' })
})
