import { expect, test } from 'vitest'
import { augmentedManifestLine, manifestAttributes } from './augmented-manifest-channel.ts'
import { channelFileNames } from './channel-names.ts'
import { cocoAnnotations } from './coco-channel.ts'
import { imageAnnotation } from './image-json-channel.ts'
import { jumpstartAnnotations } from './jumpstart-channel.ts'
import { anImage } from './testing/builders.ts'
import { vocFolderPaths, vocXml } from './voc-folders-channel.ts'
import { readVocXml } from './voc-xml.ts'

const names = (...files: string[]) => [
  ...channelFileNames(
    files.map((file, index) => anImage(index + 1, [], { file, format: file.endsWith('png') ? 'png' : 'jpeg' })),
  ).values(),
]

test('an image keeps its own name where that is unique', () => {
  expect(names('IMAGES/a_1.jpg', 'deep/b c.JPEG', 'ü.v2.png')).toEqual(['a_1.jpg', 'b_c.jpg', '_.v2.png'])
})

test('names that differ by folder, case or extension only get the id in front', () => {
  expect(names('one/1.jpg', 'two/1.jpg')).toEqual(['1-1.jpg', '2-1.jpg'])
  expect(names('a.jpg', 'A.jpg', 'b.jpg')).toEqual(['1-a.jpg', '2-A.jpg', '3-b.jpg'])
  expect(names('a.jpg', 'a.png')).toEqual(['1-a.jpg', '2-a.png'])
})

test('JumpStart boxes are corners, category ids stay', () => {
  const image = anImage(42, [], {
    objects: [
      { categoryId: 90, box: [10, 20, 30, 40] },
      { categoryId: 90, box: [0, 0, 9, 9], crowd: true },
    ],
  })
  expect(JSON.parse(jumpstartAnnotations([image], new Map([[42, 'x.jpg']])))).toEqual({
    images: [{ file_name: 'x.jpg', height: 200, width: 200, id: 42 }],
    annotations: [{ image_id: 42, bbox: [10, 20, 40, 60], category_id: 90, id: 1 }],
  })
})

test('what is written as VOC XML is read as the same objects', () => {
  const image = anImage(1, [], { objects: [{ categoryId: 5, box: [10.25, 20, 30, 40] }] })
  const xml = vocXml(image, 'x.jpg', [{ id: 5, name: `<nuts> & "bolts"` }])
  expect(readVocXml('x.xml', new TextEncoder().encode(xml))).toMatchObject({
    widthPx: 200,
    heightPx: 200,
    objects: [{ name: `<nuts> & "bolts"`, box: [10.25, 20, 30, 40] }],
  })
})

test('class folders are safe paths, and no class can be the background', () => {
  expect(vocFolderPaths('x.v1.jpg', 'rolled-in_scale')).toEqual({
    image: 'rolled-in_scale/images/x.v1.jpg',
    annotation: 'rolled-in_scale/annotations/x.v1.xml',
  })
  const folder = (name: string | undefined) => vocFolderPaths('x.jpg', name).image.replace('/images/x.jpg', '')
  expect(folder(undefined)).toBe('_background')
  expect(folder('_background')).toBe('%5Fbackground')
  expect(folder('..')).toBe('%2E.')
  expect(folder('a/b')).toBe('a%2Fb')
})

const categories = [
  { id: 90, name: 'disc' },
  { id: 3, name: 'box' },
]
const framed = anImage(42, [], {
  file: 'x.jpg',
  objects: [
    { categoryId: 90, box: [10, 20, 30, 40] },
    { categoryId: 3, box: [0, 0, 9, 9], crowd: true },
  ],
})

test('COCO boxes are corner and size, ids and names the data set’s own, crowds left out', () => {
  expect(JSON.parse(cocoAnnotations([framed], new Map([[42, 'x.jpg']]), categories))).toEqual({
    images: [{ id: 42, file_name: 'x.jpg', width: 200, height: 200 }],
    annotations: [{ id: 1, image_id: 42, category_id: 90, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0 }],
    categories,
  })
})

test('an image’s JSON counts classes from 0 and names them', () => {
  expect(JSON.parse(imageAnnotation(framed, 'x.jpg', [3, 90], categories))).toEqual({
    file: 'x.jpg',
    image_size: [{ width: 200, height: 200, depth: 3 }],
    annotations: [{ class_id: 1, left: 10, top: 20, width: 30, height: 40 }],
    categories: [
      { class_id: 0, name: 'box' },
      { class_id: 1, name: 'disc' },
    ],
  })
})

test('a line of an augmented manifest points at the image where it lies and carries its boxes under the named attribute', () => {
  const line = JSON.parse(augmentedManifestLine(framed, 'photos', [3, 90], categories)) as Record<string, unknown>
  const [image, boxes] = manifestAttributes
  expect(line[image]).toBe(`s3://photos/${framed.key}`)
  expect(line[boxes]).toMatchObject({ annotations: [{ class_id: 1, left: 10, top: 20, width: 30, height: 40 }] })
  expect(line[`${boxes}-metadata`]).toMatchObject({ 'class-map': { 0: 'box', 1: 'disc' } })
})
