import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { checkDataset } from './check-dataset.ts'
import { readCocoJson } from './coco-json.ts'
import { aPicture, aSource } from './testing/builders.ts'

type Files = Record<string, string | Uint8Array>
type Row = Record<string, unknown>

let pictures: Uint8Array[]
beforeAll(async () => {
  pictures = await Promise.all(
    Array.from({ length: 8 }, (_, tint) => aPicture({ tint, format: tint % 2 ? 'png' : 'jpeg' })),
  )
})

const check = (files: Files) => checkDataset(aSource(files), { bucket: 'assay', prefix: 'p/', checkedAt: new Date(0) })

const image = (id: unknown, file_name: unknown, more: Row = {}): Row => ({
  id,
  file_name,
  width: 40,
  height: 30,
  ...more,
})
const annotation = (id: number, image_id: unknown, more: Row = {}): Row => ({
  id,
  image_id,
  category_id: 17,
  bbox: [1, 2, 10, 20],
  area: 200,
  iscrowd: 0,
  ...more,
})
const categories = [
  { id: 90, name: 'zebra' },
  { id: 17, name: 'cat' },
]
const coco = (images: Row[], annotations: Row[], classes: Row[] = categories) =>
  JSON.stringify({ info: {}, images, annotations, categories: classes })

/** Four images, three of them with a cat. */
const base = () => ({
  images: [image(700, 'd.jpg'), image(30, 'sub/c.png'), image(20, 'b.jpg'), image(9, 'a.png')],
  annotations: [annotation(1, 700), annotation(2, 30), annotation(3, 20)],
})
const files = (json: string, at = 'annotations.json', folder = 'images/'): Files => ({
  [at]: json,
  [`${folder}a.png`]: pictures[1],
  [`${folder}b.jpg`]: pictures[2],
  [`${folder}sub/c.png`]: pictures[3],
  [`${folder}d.jpg`]: pictures[4],
})

test.each([
  ['annotations.json', 'images/'],
  ['annotations.json', ''],
  ['annotations/instances_train2017.json', 'train2017/'],
  ['annotations/instances_train2017.json', 'images/train2017/'],
  ['export/train/_annotations.coco.json', 'export/train/'],
  ['data/labels.json', 'data/pictures/'],
])('COCO is read from %s with images in %s', async (at, folder) => {
  const { images, annotations } = base()
  const { check: found, manifest } = await check(files(coco(images, annotations), at, folder))
  expect(found.faults.first).toEqual([])
  expect(found).toMatchObject({ status: 'ready', layout: 'coco', images: 4, boxes: 3 })
  expect(manifest?.images.map(({ id, file, objects }) => [id, file, objects.length])).toEqual([
    [9, `${folder}a.png`, 0],
    [20, `${folder}b.jpg`, 1],
    [30, `${folder}sub/c.png`, 1],
    [700, `${folder}d.jpg`, 1],
  ])
})

test('ids stay as they are and a class without objects is left out', async () => {
  const { images, annotations } = base()
  const { manifest } = await check(files(coco(images, annotations)))
  expect(manifest?.categories).toEqual([{ id: 17, name: 'cat' }])
  expect(manifest?.images[1]?.objects).toEqual([{ categoryId: 17, box: [1, 2, 10, 20], areaPx: 200 }])
})

test('a crowd region is kept as one and counts for no class', async () => {
  const { images, annotations } = base()
  const crowd = annotation(4, 9, { iscrowd: 1, area: 123.5, segmentation: { counts: [1], size: [30, 40] } })
  const { check: found, manifest } = await check(files(coco(images, [...annotations, crowd])))
  expect(found).toMatchObject({ status: 'ready', boxes: 3 })
  expect(manifest?.images[0]?.objects).toEqual([{ categoryId: 17, box: [1, 2, 10, 20], crowd: true, areaPx: 123.5 }])
})

test('parts with their own numbering are joined and numbered anew', async () => {
  const part = (name: string, n: number) => ({
    [`${name}/_annotations.coco.json`]: coco(
      [image(0, 'x.jpg'), image(1, 'y.jpg')],
      [annotation(0, 0), annotation(1, 1)],
    ),
    [`${name}/x.jpg`]: pictures[n],
    [`${name}/y.jpg`]: pictures[n + 1],
  })
  const { check: found, manifest } = await check({ ...part('train', 0), ...part('valid', 2) })
  expect(found.faults.first).toEqual([])
  expect(manifest?.images.map(({ id, file }) => [id, file])).toEqual([
    [1, 'train/x.jpg'],
    [2, 'train/y.jpg'],
    [3, 'valid/x.jpg'],
    [4, 'valid/y.jpg'],
  ])
})

test('an image that no file names is left out, and one of the same name elsewhere does not confuse', async () => {
  const { images, annotations } = base()
  const { check: found } = await check({
    ...files(coco(images, annotations)),
    'images/unnamed.jpg': pictures[6],
    'backup/a.png': pictures[7],
  })
  expect(found).toMatchObject({ status: 'ready', images: 4 })
})

test.each<[string, (base: { images: Row[]; annotations: Row[] }) => string, { code: string; met?: RegExp }]>([
  ['JSON that breaks off', () => '{"images": [', { code: 'json_broken' }],
  [
    'an image that is not there',
    ({ images, annotations }) => coco([...images, image(1, 'gone.jpg')], annotations),
    { code: 'annotation_without_image', met: /image 1 names gone\.jpg/ },
  ],
  [
    'an annotation of no image',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 4711)]),
    { code: 'annotation_without_image', met: /annotation 9 of image 4711/ },
  ],
  [
    'a category that is not defined',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 9, { category_id: 5 })]),
    { code: 'class_unknown', met: /category 5/ },
  ],
  [
    'an image id twice',
    ({ images, annotations }) => coco([...images, image(20, 'b.jpg')], annotations),
    { code: 'id_duplicate', met: /images id 20 twice/ },
  ],
  [
    'an annotation id twice',
    ({ images, annotations }) => coco(images, [...annotations, annotation(1, 9)]),
    { code: 'id_duplicate', met: /annotations id 1 twice/ },
  ],
  [
    'a category id twice',
    ({ images, annotations }) => coco(images, annotations, [...categories, { id: 17, name: 'dog' }]),
    { code: 'id_duplicate' },
  ],
  [
    'a category name twice',
    ({ images, annotations }) => coco(images, annotations, [...categories, { id: 18, name: 'cat' }]),
    { code: 'name_duplicate' },
  ],
  [
    'an image file twice',
    ({ images, annotations }) => coco([...images, image(21, 'b.jpg')], annotations),
    { code: 'name_duplicate' },
  ],
  [
    'an id that is no integer',
    ({ images, annotations }) => coco([...images, image('1', 'a.png')], annotations),
    { code: 'json_broken', met: /images\[4\]\.id "1"/ },
  ],
  [
    'a box of three numbers',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 9, { bbox: [1, 2, 3] })]),
    { code: 'box_not_a_number' },
  ],
  [
    'a box with null',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 9, { bbox: [1, 2, null, 4] })]),
    { code: 'box_not_a_number' },
  ],
  [
    'a negative width',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 9, { bbox: [9, 2, -3, 4] })]),
    { code: 'box_inverted' },
  ],
  [
    'a box without height',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 9, { bbox: [9, 2, 3, 0] })]),
    { code: 'box_empty' },
  ],
  [
    'a box outside',
    ({ images, annotations }) => coco(images, [...annotations, annotation(9, 9, { bbox: [35, 2, 6, 4] })]),
    { code: 'box_outside_image' },
  ],
  [
    'a path that leads out',
    ({ images, annotations }) => coco([...images, image(1, '../../etc/passwd')], annotations),
    { code: 'path_unsafe' },
  ],
  [
    'an absolute path',
    ({ images, annotations }) => coco([...images, image(1, '/etc/passwd')], annotations),
    { code: 'path_unsafe' },
  ],
  [
    'the size of another image',
    ({ images, annotations }) => coco([...images.slice(0, 3), image(9, 'a.png', { width: 41 })], annotations),
    { code: 'image_size_differs' },
  ],
])('%s is a fault', async (_, json, { code, met = /./ }) => {
  const { check: found, manifest } = await check(files(json(base())))
  expect(found).toMatchObject({ status: 'rejected', layout: 'coco', faults: { count: 1, byCode: { [code]: 1 } } })
  expect(found.faults.first[0]?.met).toMatch(met)
  expect(manifest).toBeUndefined()
})

test('a file name that fits two paths is told', async () => {
  const { check: found } = await check({
    'labels/labels.json': coco([image(1, 'x.jpg')], []),
    'one/x.jpg': pictures[0],
    'two/x.jpg': pictures[2],
  })
  expect(found.faults.first[0]).toMatchObject({ code: 'image_ambiguous', met: 'x.jpg may be one/x.jpg or two/x.jpg' })
})

test('files that disagree on a class are told', async () => {
  const part = (name: string, n: number, className: string) => ({
    [`${name}/_annotations.coco.json`]: coco([image(n, 'x.jpg')], [annotation(n, n)], [{ id: 17, name: className }]),
    [`${name}/x.jpg`]: pictures[n],
  })
  const { check: found } = await check({ ...part('train', 0, 'cat'), ...part('valid', 2, 'dog') })
  expect(found.faults.first[0]).toMatchObject({ code: 'class_unknown', file: 'valid/_annotations.coco.json' })
})

test('names such as __proto__ are names', async () => {
  const { images, annotations } = base()
  const { manifest } = await check(files(coco(images, annotations, [{ id: 17, name: '__proto__' }])))
  expect(manifest?.categories).toEqual([{ id: 17, name: '__proto__' }])
})

test('whatever the JSON is, it is read, told to be broken or told to be something else', () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.constantFrom(1e300, -0, '__proto__', '../x'))
  const keys = [
    'id',
    'file_name',
    'width',
    'height',
    'image_id',
    'category_id',
    'bbox',
    'area',
    'iscrowd',
    'name',
    '__proto__',
  ]
  const row = fc.oneof(value, fc.dictionary(fc.constantFrom(...keys), value))
  const file = fc.oneof(value, fc.dictionary(fc.constantFrom('images', 'annotations', 'categories'), fc.array(row)))
  fc.assert(
    fc.property(file, (content) => {
      const answer = readCocoJson('a.json', new TextEncoder().encode(JSON.stringify(content)))
      const annotations = typeof answer === 'object' && 'annotations' in answer ? answer.annotations : []
      expect(annotations.every(({ written }) => written().startsWith('annotation '))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('what a file says of its images beyond the usual is kept, short values only', async () => {
  const files = {
    'annotations.json': coco(
      [
        image(1, '1.jpg', { film: 'a', frame: 7, night: true, license: 3, date_captured: 'yesterday', gps: [1, 2] }),
        image(2, '2.jpg', { film: 'x'.repeat(101), note: '' }),
        image(3, '3.jpg', Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`f${10 + n}`, n]))),
      ],
      [annotation(1, 1), annotation(2, 2), annotation(3, 3)],
    ),
    '1.jpg': pictures[0] ?? '',
    '2.jpg': pictures[2] ?? '',
    '3.jpg': pictures[4] ?? '',
  }
  const { manifest } = await check(files)
  expect(manifest?.images.map(({ fields }) => fields)).toEqual([
    { film: 'a', frame: '7', night: 'true' },
    undefined,
    Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`f${10 + n}`, String(n)])),
  ])
})
