import { expect, test } from 'vitest'
import { channelFileNames } from './channel-names.ts'
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
