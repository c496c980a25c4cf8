import { datasetCheckSchema, datasetManifestSchema } from '@assay/contracts'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { checkDataset } from './check-dataset.ts'
import { aPicture, aSource, aVocXml } from './testing/builders.ts'

type Files = Record<string, string | Uint8Array>

const check = (files: Files) =>
  checkDataset(aSource(files), { bucket: 'assay', prefix: 'sets/one/', checkedAt: new Date('2026-01-02T03:04:05Z') })

let pictures: Uint8Array[]
beforeAll(async () => {
  pictures = await Promise.all(Array.from({ length: 30 }, (_, tint) => aPicture({ tint })))
})

const xml = aVocXml([['scratches', 2, 3, 12, 23]])

/** Three images of one class, each path made by the two functions. */
const threeImages = (image: (n: number) => string, annotation: (n: number) => string): Files =>
  Object.fromEntries(
    [1, 2, 3].flatMap((n) => [
      [image(n), pictures[n]],
      [annotation(n), xml],
    ]),
  )

test.each<[string, (n: number) => string, (n: number) => string]>([
  ['IMAGES and ANNOTATIONS', (n) => `IMAGES/a_${n}.jpg`, (n) => `ANNOTATIONS/a_${n}.xml`],
  ['VOC folders', (n) => `VOC2007/JPEGImages/${n}.jpg`, (n) => `VOC2007/Annotations/${n}.xml`],
  ['images and annotations', (n) => `images/${n}.JPG`, (n) => `annotations/${n}.xml`],
  ['one flat folder', (n) => `${n}.jpeg`, (n) => `${n}.xml`],
  ['class folders', (n) => `scratches/images/${n}.png`, (n) => `scratches/annotations/${n}.xml`],
  ['class folders on one side', (n) => `images/scratches/${n}.jpg`, (n) => `annotations/${n}.xml`],
  ['class folders with one numbering each', (n) => `class ${n}/images/1.jpg`, (n) => `class ${n}/annotations/1.xml`],
  ['class folders under both', (n) => `images/class-${n}/1.jpg`, (n) => `annotations/class-${n}/1.xml`],
  ['deeply nested', (n) => `a/b/IMAGES/c/${n}.jpg`, (n) => `a/b/ANNOTATIONS/c/${n}.xml`],
  ['names with dots and other scripts', (n) => `images/鋼.v${n}.jpg`, (n) => `labels/鋼.v${n}.xml`],
])('Pascal VOC is read from %s', async (_, image, annotation) => {
  const { check: found, manifest } = await check({
    ...threeImages(image, annotation),
    'README.md': 'about',
    '.DS_Store': 'x',
    'split.txt': 'x',
  })
  expect(found.faults.first).toEqual([])
  expect(found).toMatchObject({
    status: 'ready',
    layout: 'voc',
    images: 3,
    boxes: 3,
    classes: [{ categoryId: 1, name: 'scratches', images: 3, boxes: 3 }],
    checkedAt: '2026-01-02T03:04:05.000Z',
  })
  expect(manifest?.images.map(({ id, key }) => [id, key])).toEqual([
    [1, `sets/one/${image(1)}`],
    [2, `sets/one/${image(2)}`],
    [3, `sets/one/${image(3)}`],
  ])
  expect(manifest?.images[0]?.objects).toEqual([{ categoryId: 1, box: [2, 3, 10, 20] }])
  expect(datasetCheckSchema.parse(found)).toEqual(found)
  expect(datasetManifestSchema.parse(manifest)).toEqual(manifest)
})

test('masks and hidden files of Pascal VOC are no images without annotation', async () => {
  const { check: found } = await check({
    ...threeImages(
      (n) => `JPEGImages/${n}.jpg`,
      (n) => `Annotations/${n}.xml`,
    ),
    'SegmentationClass/1.png': pictures[9],
    '.cache/7.jpg': pictures[9],
    '__MACOSX/._1.jpg': 'x',
  })
  expect(found.status).toBe('ready')
})

test('classes come from object/name, in name order, and an image may have none', async () => {
  const { check: found, manifest } = await check({
    ...threeImages(
      (n) => `images/zinc_${n}.jpg`,
      (n) => `annotations/zinc_${n}.xml`,
    ),
    ...Object.fromEntries(
      [4, 5, 6].flatMap((n) => [
        [`images/zinc_${n}.jpg`, pictures[n]],
        [`annotations/zinc_${n}.xml`, aVocXml([['burr', 0, 0, 40, 30]])],
      ]),
    ),
    'images/clean.jpg': pictures[7],
    'annotations/clean.xml': aVocXml([]),
  })
  expect(found.classes.map(({ name, images }) => [name, images])).toEqual([
    ['burr', 3],
    ['scratches', 3],
  ])
  expect(manifest?.categories).toEqual([
    { id: 1, name: 'burr' },
    { id: 2, name: 'scratches' },
  ])
  expect(manifest?.images.find(({ file }) => file === 'images/clean.jpg')?.objects).toEqual([])
})

const good = () =>
  threeImages(
    (n) => `images/${n}.jpg`,
    (n) => `annotations/${n}.xml`,
  )
const withBox = (...corners: [number | string, number | string, number | string, number | string]): Files => ({
  'images/9.jpg': pictures[9],
  'annotations/9.xml': aVocXml([['scratches', ...corners]]),
})

test.each<[string, () => Files, { code: string; file: string; met?: string }]>([
  [
    'an image without annotation',
    () => ({ 'images/9.jpg': pictures[9] }),
    { code: 'image_without_annotation', file: 'images/9.jpg' },
  ],
  [
    'an annotation without image',
    () => ({ 'annotations/9.xml': xml }),
    { code: 'annotation_without_image', file: 'annotations/9.xml' },
  ],
  [
    'text that is called an image',
    () => ({ 'images/9.jpg': 'no', 'annotations/9.xml': xml }),
    { code: 'image_not_supported', file: 'images/9.jpg' },
  ],
  [
    'a stray file among the images',
    () => ({ 'images/notes.pdf': 'x' }),
    { code: 'image_without_annotation', file: 'images/notes.pdf' },
  ],
  [
    'an empty file',
    () => ({ 'images/9.jpg': '', 'annotations/9.xml': xml }),
    { code: 'image_not_supported', file: 'images/9.jpg', met: 'an empty file' },
  ],
  [
    'a truncated image',
    () => ({ 'images/9.jpg': pictures[9].subarray(0, 200), 'annotations/9.xml': xml }),
    { code: 'image_unreadable', file: 'images/9.jpg' },
  ],
  [
    'broken XML',
    () => ({ 'images/9.jpg': pictures[9], 'annotations/9.xml': '<annotation><obj' }),
    { code: 'xml_broken', file: 'annotations/9.xml' },
  ],
  [
    'a document type',
    () => ({ 'images/9.jpg': pictures[9], 'annotations/9.xml': `<!DOCTYPE a>${xml}` }),
    { code: 'xml_doctype', file: 'annotations/9.xml' },
  ],
  [
    'an inverted box',
    () => withBox(20, 3, 10, 9),
    { code: 'box_inverted', file: 'annotations/9.xml', met: 'scratches [20, 3, 10, 9]' },
  ],
  ['an empty box', () => withBox(20, 3, 20, 9), { code: 'box_empty', file: 'annotations/9.xml' }],
  ['a box outside', () => withBox(30, 3, 41, 9), { code: 'box_outside_image', file: 'annotations/9.xml' }],
  ['a box above', () => withBox(3, -1, 4, 9), { code: 'box_outside_image', file: 'annotations/9.xml' }],
  ['NaN', () => withBox('NaN', 3, 4, 9), { code: 'box_not_a_number', file: 'annotations/9.xml' }],
  ['infinity', () => withBox(3, 3, 'Infinity', 9), { code: 'box_not_a_number', file: 'annotations/9.xml' }],
  [
    'an object without a name',
    () => ({ 'images/9.jpg': pictures[9], 'annotations/9.xml': aVocXml([['', 1, 1, 2, 2]]) }),
    { code: 'class_unknown', file: 'annotations/9.xml' },
  ],
  [
    'the size of another image',
    () => ({ 'images/9.jpg': pictures[9], 'annotations/9.xml': aVocXml([], [30, 40]) }),
    { code: 'image_size_differs', file: 'images/9.jpg' },
  ],
  ['a second annotation of one image', () => ({ '1.xml': xml }), { code: 'name_duplicate', file: 'annotations/1.xml' }],
  [
    'two images for one annotation',
    () => ({ 'images/1.png': pictures[9] }),
    { code: 'image_ambiguous', file: 'annotations/1.xml' },
  ],
  [
    'a class of one image',
    () => ({ 'images/9.jpg': pictures[9], 'annotations/9.xml': aVocXml([['rust', 1, 1, 9, 9]]) }),
    { code: 'class_too_small', file: '.', met: 'class rust in 1 image' },
  ],
])('%s is a fault, told by file', async (_, files, fault) => {
  const { check: found, manifest } = await check({ ...good(), ...files() })
  expect(found).toMatchObject({ status: 'rejected', faults: { count: 1, byCode: { [fault.code]: 1 }, first: [fault] } })
  expect(found.faults.first[0]?.needed).not.toBe('')
  expect(found.manifest ?? manifest ?? found.fingerprint).toBeUndefined()
  expect(datasetCheckSchema.parse(found)).toEqual(found)
})

test('a box that an annotation tool rounded half a pixel outside is none', async () => {
  const { check: found } = await check({ ...good(), ...withBox(-0.4, 0, 40.5, 30) })
  expect(found.status).toBe('ready')
})

test('all faults are counted and the first 20 kept in file order', async () => {
  const lonely = Array.from({ length: 27 }, (_, index) => `annotations/x${String(index).padStart(2, '0')}.xml`)
  const files = Object.fromEntries([...lonely].reverse().map((path) => [path, xml]))
  const { check: found } = await check({ ...good(), ...files, ...withBox(20, 3, 10, 9) })
  expect(found.faults.count).toBe(28)
  expect(found.faults.byCode).toEqual({ annotation_without_image: 27, box_inverted: 1 })
  expect(found.faults.first.map(({ file }) => file)).toEqual(['annotations/9.xml', ...lonely.slice(0, 19)])
})

test('a folder that fits no layout is told what was tried and why each failed', async () => {
  const { check: found } = await check({ 'a.jpg': pictures[0], 'data.csv': 'x', 'annotations.json': '{"images": []}' })
  expect(found).toMatchObject({ status: 'rejected', images: 0, faults: { count: 2, byCode: { layout_unknown: 2 } } })
  expect(found.layout).toBeUndefined()
  expect(found.faults.first.map(({ met }) => met)).toEqual([
    'tried COCO: annotations.json has no list annotations, categories',
    'tried Pascal VOC: no .xml file among 3 files (1 images)',
  ])
  expect((await check({})).check.faults.first[1]?.met).toBe('tried Pascal VOC: no .xml file among 0 files (0 images)')
})

test('identical files are named together', async () => {
  const { check: found } = await check({ ...good(), 'images/9.jpg': pictures[1], 'annotations/9.xml': xml })
  expect(found.duplicates).toEqual([['images/1.jpg', 'images/9.jpg']])
  expect(found.status).toBe('ready')
})

test('the fingerprint is that of the content: neither place nor listing order matter, a box or a pixel does', async () => {
  const reference = (await check(good())).check.fingerprint
  const elsewhere = await checkDataset(aSource(Object.fromEntries(Object.entries(good()).reverse())), {
    bucket: 'other',
    prefix: '',
    checkedAt: new Date(),
    parallel: 1,
  })
  expect(elsewhere.check.fingerprint).toBe(reference)
  const moved = await check({ ...good(), 'annotations/1.xml': aVocXml([['scratches', 2, 3, 12, 24]]) })
  const repainted = await check({ ...good(), 'images/1.jpg': pictures[20] })
  const fingerprints = new Set([reference, moved.check.fingerprint, repainted.check.fingerprint])
  expect(fingerprints.size).toBe(3)
})

test('few images are held at a time', async () => {
  const source = aSource(
    Object.fromEntries(
      pictures.flatMap((picture, n) => [
        [`images/${n}.jpg`, picture],
        [`annotations/${n}.xml`, xml],
      ]),
    ),
  )
  let reading = 0
  let most = 0
  await checkDataset(
    {
      list: () => source.list(),
      read: async (path) => {
        most = Math.max(most, ++reading)
        await new Promise(setImmediate)
        reading--
        return source.read(path)
      },
    },
    { bucket: 'assay', prefix: '', checkedAt: new Date(), parallel: 3 },
  )
  expect(most).toBe(3)
})

test('images that look alike get the lowest of their ids, and are counted', async () => {
  const drawn = (shape: string) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="#555"/>${shape}</svg>`,
      ),
    )
  const disc = await drawn('<circle cx="12" cy="9" r="7" fill="#eee"/><rect x="25" y="18" width="9" height="9"/>')
    .png()
    .toBuffer()
  const bars = await drawn('<rect x="4" width="5" height="30" fill="#fff"/><rect x="21" width="9" height="13"/>')
    .png()
    .toBuffer()
  const { check: found, manifest } = await check({
    '1.png': bars,
    '1.xml': xml,
    '2.jpg': await sharp(disc).jpeg({ quality: 60 }).toBuffer(),
    '2.xml': xml,
    '3.png': disc,
    '3.xml': xml,
    '4.png': disc,
    '4.xml': xml,
  })
  expect(manifest?.images.map(({ id, nearSet }) => [id, nearSet])).toEqual([
    [1, undefined],
    [2, 2],
    [3, 2],
    [4, 2],
  ])
  expect(found).toMatchObject({ nearDuplicates: { sets: 1, images: 3 }, duplicates: [['3.png', '4.png']] })
})
