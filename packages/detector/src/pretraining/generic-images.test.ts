import { expect, test } from 'vitest'
import { drawGenericImages, GENERIC_CLASSES } from './generic-images.ts'

test('the same seed draws the same images, another seed others', () => {
  const [first, again, other] = [drawGenericImages(3, 1), drawGenericImages(3, 1), drawGenericImages(3, 2)]
  const pixels = (images: typeof first) => images.map(({ picture }) => Buffer.from(picture.grey).toString('base64'))
  expect(pixels(again)).toEqual(pixels(first))
  expect(pixels(other)).not.toEqual(pixels(first))
})

test('every class is drawn, every box lies inside and has a size', () => {
  const objects = drawGenericImages(120, 5).flatMap((image) => image.objects)
  expect(new Set(objects.map(({ classIndex }) => classIndex)).size).toBe(GENERIC_CLASSES.length)
  for (const {
    box: [x1, y1, x2, y2],
  } of objects)
    expect(x1 >= 0 && y1 >= 0 && x2 > x1 && y2 > y1 && x2 <= 1 && y2 <= 1).toBe(true)
})
