import { responseFormatSchema } from '@assay/contracts'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { InvalidAnswer } from './answer.ts'
import { declaredFormat } from './declared.ts'
import { jumpStartFormat } from './jumpstart.ts'
import { objectDetectionFormat } from './object-detection.ts'
import { tensorFormat } from './tensor.ts'

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const size = { widthPx: 200, heightPx: 100 }
const image = { original: size, sent: size, classes: [3, 17, 90].map((id) => ({ id, name: `c${id}` })) }

describe('the built-in algorithm', () => {
  test('normalised corners become x, y, width and height in px', () => {
    const answer = bytes({ prediction: [[1, 0.9, 0.1, 0.2, 0.5, 0.6]] })
    const [found] = objectDetectionFormat.decode(answer, image)
    expect(found?.categoryId).toBe(17)
    expect(found?.box.map((value) => +value.toFixed(9))).toEqual([20, 20, 80, 40])
  })

  test('detections come best first, equal scores in the order of the answer', () => {
    const prediction = [0.2, 0.9, 0.2].map((score, index) => [index, score, 0, 0, 0.5, 0.5])
    const found = objectDetectionFormat.decode(bytes({ prediction }), image)
    expect(found.map(({ categoryId }) => categoryId)).toEqual([17, 3, 90])
  })

  test('a box is clipped to the image, and one that lies outside is dropped', () => {
    const prediction = [
      [0, 0.9, -0.5, 0.5, 0.5, 1.5],
      [0, 0.8, 1.1, 0, 1.2, 1],
    ]
    expect(objectDetectionFormat.decode(bytes({ prediction }), image)).toEqual([
      { categoryId: 3, score: 0.9, box: [0, 50, 100, 50] },
    ])
  })

  test('a class that the data set does not have is dropped', () => {
    expect(objectDetectionFormat.decode(bytes({ prediction: [[7, 0.9, 0, 0, 1, 1]] }), image)).toEqual([])
  })

  test.each([['{"prediction":[[0,0.9,0,0,1]]}'], ['{"prediction":[[0,null,0,0,1,1]]}'], ['<html>'], ['{}']])(
    '%s is no valid answer',
    (text) => {
      expect(() => objectDetectionFormat.decode(new TextEncoder().encode(text), image)).toThrow(InvalidAnswer)
    },
  )
})

describe('JumpStart', () => {
  test('the label of a class is the category id', () => {
    const answer = bytes({ normalized_boxes: [[0, 0, 0.5, 1]], classes: [1], scores: [0.7], labels: ['90', '3'] })
    expect(jumpStartFormat.decode(answer, image)).toEqual([{ categoryId: 3, score: 0.7, box: [0, 0, 100, 100] }])
  })

  test('lists of different lengths are refused', () => {
    const answer = bytes({ normalized_boxes: [[0, 0, 1, 1]], classes: [], scores: [0.7], labels: [3] })
    expect(() => jumpStartFormat.decode(answer, image)).toThrow('1 normalized_boxes, 0 classes and 1 scores')
  })
})

describe('the Defect Detection Network', () => {
  test('corners in px of the sent image become x, y, width and height in px of the original', () => {
    const answer = bytes([{ boxes: [[10, 20, 30, 50]], labels: [3], scores: [0.5] }])
    const found = tensorFormat.decode(answer, { ...image, sent: { widthPx: 100, heightPx: 50 } })
    expect(found).toEqual([{ categoryId: 90, score: 0.5, box: [20, 40, 40, 60] }])
  })

  test('an image is sent as one list of three normalised planes', async () => {
    const png = await sharp({ create: { width: 4, height: 2, channels: 3, background: { r: 255, g: 0, b: 0 } } })
      .png()
      .toBuffer()
    const { body, sent } = await tensorFormat.encode(png, { widthPx: 4, heightPx: 2 })
    const [tensor] = JSON.parse(new TextDecoder().decode(body)) as [number[][][]]
    expect(sent).toEqual({ widthPx: 4, heightPx: 2 })
    expect([tensor.length, tensor[0]?.length, tensor[0]?.[0]?.length]).toEqual([3, 2, 4])
    expect(tensor.map((plane) => plane[0]?.[0])).toEqual([2.2489, -2.0357, -1.8044])
  })

  test('a large image is made smaller, so that the request stays below 6 MiB', async () => {
    const png = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#808080' } })
      .png()
      .toBuffer()
    const { body, sent } = await tensorFormat.encode(png, { widthPx: 1600, heightPx: 1200 })
    expect(body.byteLength).toBeLessThan(6 * 1024 * 1024)
    expect(sent.widthPx / sent.heightPx).toBeCloseTo(4 / 3, 1)
  })
})

describe('a declared format', () => {
  const format = (settings: object) => declaredFormat(responseFormatSchema.parse(settings))
  const size100 = { widthPx: 100, heightPx: 100 }
  const named = { ...image, original: size100, sent: size100, classes: [{ id: 3, name: 'nut' }] }
  const rows = { shape: 'rows', box: 'b', score: 's', label: 'l' }

  test.each([
    ['xyxy', [10, 20, 30, 60]],
    ['xywh', [10, 20, 20, 40]],
    ['cxcywh', [20, 40, 20, 40]],
    ['yxyx', [20, 10, 60, 30]],
  ])('%s boxes become x, y, width and height', (boxes, b) => {
    const answer = bytes([{ b, s: 0.5, l: 0 }])
    expect(format({ ...rows, boxes }).decode(answer, named)).toEqual([
      { categoryId: 3, score: 0.5, box: [10, 20, 20, 40] },
    ])
  })

  test('an object detection pipeline’s rows of names and named corners are read', () => {
    const pipeline = { shape: 'rows', box: ['box.xmin', 'box.ymin', 'box.xmax', 'box.ymax'], score: 'score' }
    const answer = bytes([{ score: 0.5, label: 'nut', box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 } }])
    const [found] = format({ ...pipeline, label: 'label', labels: 'class-name' }).decode(answer, named)
    expect(found).toEqual({ categoryId: 3, score: 0.5, box: [1, 2, 2, 2] })
  })

  test('labels that count from 1 leave 0 to the background', () => {
    const answer = bytes([0, 1].map((l) => ({ b: [0, 0, 9, 9], s: 0.5, l })))
    expect(
      format({ ...rows, firstClass: 1 })
        .decode(answer, named)
        .map(({ categoryId }) => categoryId),
    ).toEqual([3])
  })

  test.each([
    [{ rows: [] }, 'the answer is {"rows":[]}, a list needed'],
    [[{ b: [0, 0, 1], s: 0.5, l: 0 }], 'a box is [0,0,1], four numbers needed'],
    [[{ b: [0, 0, 1, 1], s: 'high', l: 0 }], 's is "high", a number needed'],
  ])('%j is refused with its place', (answer, message) => {
    expect(() => format(rows).decode(bytes(answer), named)).toThrow(message)
  })
})
