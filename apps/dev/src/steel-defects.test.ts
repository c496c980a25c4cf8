import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkDataset, createFolderSource } from '@assay/datasets'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeShapesCoco } from './shapes-coco.ts'
import { makeSteelDefects } from './steel-defects.ts'
import { defectClasses } from './steel-shapes.ts'

const IMAGES = 60
let root: string
const folder = (name: string) => join(root, name)

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-steel-'))
  await makeSteelDefects({ folder: folder('one'), images: IMAGES, seed: 1 })
})
afterAll(() => rm(root, { recursive: true }))

const check = (name: string) =>
  checkDataset(createFolderSource(folder(name)), { bucket: 'assay', prefix: '', checkedAt: new Date(0) })

const contents = async (name: string) => {
  const files = (await readdir(folder(name), { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const paths = files.map((file) => join(file.parentPath, file.name)).sort()
  return Promise.all(
    paths.map(async (path) => [path.slice(folder(name).length), (await readFile(path)).toString('base64')]),
  )
}

test('what is drawn is a data set without faults: six classes in equal numbers, 1–4 boxes an image', async () => {
  const { check: found, manifest } = await check('one')
  expect(found.faults.first).toEqual([])
  expect(found).toMatchObject({ status: 'ready', layout: 'voc', images: IMAGES, duplicates: [] })
  expect(found.classes.map(({ name }) => name)).toEqual(defectClasses.map(({ name }) => name))
  for (const { images } of found.classes) expect(images).toBeGreaterThanOrEqual(IMAGES / 6)
  const counts = manifest?.images.map(({ objects }) => objects.length) ?? []
  expect(Math.min(...counts)).toBe(1)
  expect(Math.max(...counts)).toBe(4)
})

test('images are greyscale JPEG of the side asked for', async () => {
  await makeSteelDefects({ folder: folder('small'), images: 6, seed: 1, sizePx: 128 })
  const [name = ''] = await readdir(join(folder('small'), 'IMAGES'))
  const metadata = await sharp(join(folder('small'), 'IMAGES', name)).metadata()
  expect(metadata).toMatchObject({ format: 'jpeg', width: 128, height: 128, channels: 1 })
})

test('the same seed draws the same bytes, however many images; another seed draws others', async () => {
  await makeSteelDefects({ folder: folder('again'), images: IMAGES - 6, seed: 1 })
  await makeSteelDefects({ folder: folder('other'), images: 6, seed: 2 })
  const one = new Map((await contents('one')) as [string, string][])
  const again = await contents('again')
  expect(again).toHaveLength(2 * (IMAGES - 6))
  for (const [path = '', bytes] of again) expect(one.get(path)).toBe(bytes)
  for (const [path = '', bytes] of await contents('other')) expect(one.get(path)).not.toBe(bytes)
})

/** Mean and spread of the grey values in a box. */
const greyIn = async (path: string, [left, top, width, height]: number[]) => {
  const region = { left, top, width, height }
  const pixels = await sharp(path).extract(region).raw().toBuffer()
  return pixels.reduce((sum, grey) => sum + grey, 0) / pixels.length
}

test('a patch is darker than the steel around it', async () => {
  const { manifest } = await check('one')
  const path = join(folder('one'), 'IMAGES', 'patches_1.jpg')
  const image = manifest?.images.find(({ file }) => file === 'IMAGES/patches_1.jpg')
  const inside = await greyIn(path, image?.objects[0]?.box ?? [])
  expect(inside).toBeLessThan((await greyIn(path, [0, 0, 200, 200])) - 5)
})

test('the COCO set has gaps in its ids, two formats, nested folders and images without objects', async () => {
  await makeShapesCoco({ folder: folder('shapes'), images: 42, seed: 3 })
  const { check: found, manifest } = await check('shapes')
  expect(found.faults.first).toEqual([])
  expect(found).toMatchObject({ status: 'ready', layout: 'coco', images: 42 })
  expect(manifest?.categories).toEqual([
    { id: 3, name: 'disc' },
    { id: 17, name: 'square' },
    { id: 90, name: 'triangle' },
  ])
  expect(new Set(manifest?.images.map(({ format }) => format))).toEqual(new Set(['jpeg', 'png']))
  expect(manifest?.images.filter(({ objects }) => objects.length === 0)).toHaveLength(6)
  expect(manifest?.images.every(({ file }) => file.split('/').length === 4)).toBe(true)
  expect(manifest?.images[0]).toMatchObject({ id: 1000, widthPx: 640, heightPx: 480 })
})
