import { expect, test } from 'vitest'
import { classIndex, detectionLabels, fitsRecordIO, writeRecordIO } from './recordio-channel.ts'
import { decodeRecords } from './recordio.ts'
import { anImage } from './testing/builders.ts'

const classes = classIndex([
  { id: 90, name: 'z' },
  { id: 3, name: 'a' },
  { id: 17, name: 'm' },
])

test('a class index is the place of the category id in ascending order', () => {
  expect(classes).toEqual([3, 17, 90])
})

test('labels begin with 4, 5 and the size, then hold class and corners of 0–1 for each object', () => {
  const image = anImage(1, [], {
    widthPx: 400,
    objects: [
      { categoryId: 90, box: [40, 50, 100, 100] },
      { categoryId: 3, box: [-0.3, 0, 400.4, 200] },
    ],
  })
  expect(detectionLabels(image, classes)).toEqual([4, 5, 400, 200, 2, 0.1, 0.25, 0.35, 0.75, 0, 0, 0, 1, 1])
})

test('crowd regions are not trained on, and an image of nothing else is not written', () => {
  const crowd = { categoryId: 3, box: [0, 0, 10, 10] as [number, number, number, number], crowd: true }
  expect(detectionLabels(anImage(1, [], { objects: [crowd] }), classes)).toHaveLength(4)
  expect(fitsRecordIO(anImage(1, [], { objects: [crowd] }))).toBe(false)
  expect(fitsRecordIO(anImage(1, []))).toBe(false)
  expect(fitsRecordIO(anImage(1, [3]))).toBe(true)
})

test('records follow the order of the images and few are held at a time', async () => {
  const images = Array.from({ length: 40 }, (_, index) => anImage(index + 1, [17]))
  let held = 0
  let most = 0
  const pieces: Uint8Array[] = []
  const reads = writeRecordIO(images, classes, async ({ id }) => {
    most = Math.max(most, ++held)
    await new Promise(setImmediate)
    return Uint8Array.of(id)
  })
  for await (const piece of reads) {
    held--
    pieces.push(piece)
  }
  const records = [...decodeRecords(new Uint8Array(Buffer.concat(pieces)))]
  expect(records.map(({ id }) => id)).toEqual(images.map((_, index) => index))
  expect(records.map(({ image }) => image[0])).toEqual(images.map(({ id }) => id))
  expect(most).toBeLessThanOrEqual(9)
})

test('an image that cannot be read ends the file with its error', async () => {
  const images = [anImage(1, [3]), anImage(2, [3]), anImage(3, [3])]
  const write = async () => {
    for await (const _ of writeRecordIO(images, classes, async ({ id }) => {
      if (id === 2) throw new Error('gone')
      return new Uint8Array(4)
    }));
  }
  await expect(write()).rejects.toThrow('gone')
})
