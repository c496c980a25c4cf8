import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type PartName, splitSpecSchema } from '@assay/contracts'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkDataset } from './check-dataset.ts'
import { createFolderSource } from './file-source.ts'
import { partTotals, stratifiedSplit } from './stratified-split.ts'
import { strataOf } from './strata.ts'
import { aManifest, anImage } from './testing/builders.ts'

const spec = splitSpecSchema.parse({})
const shared = process.env.ASSAY_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url))
const neuDet = `${shared}/datasets/neu-det`

const countParts = (parts: Iterable<PartName>) => {
  const counts = { train: 0, validation: 0, test: 0 }
  for (const part of parts) counts[part]++
  return counts
}

const classLists = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }), {
  minLength: 3,
  maxLength: 200,
})
const manifests = classLists.map((lists) => aManifest(lists.map((classes, index) => anImage(index + 1, classes))))
const specs = fc
  .tuple(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 98 }), fc.nat())
  .filter(([train, validation]) => train + validation < 100)
  .map(([train, validation, seed]) => ({
    train: train / 100,
    validation: validation / 100,
    test: (100 - train - validation) / 100,
    seed,
    nearDuplicates: 'keep' as const,
  }))

test('every image is dealt once and the totals are those of the largest remainder', () => {
  fc.assert(
    fc.property(manifests, specs, (manifest, spec) => {
      const parts = stratifiedSplit(manifest, spec)
      expect([...parts.keys()].sort((a, b) => a - b)).toEqual(manifest.images.map(({ id }) => id))
      expect(countParts(parts.values())).toEqual(partTotals(manifest.images.length, spec))
      for (const part of ['train', 'validation', 'test'] as const)
        expect(
          Math.abs(partTotals(manifest.images.length, spec)[part] - manifest.images.length * spec[part]),
        ).toBeLessThan(1)
    }),
  )
})

test('a large stratum is shared out as the whole is', () => {
  const manifest = aManifest(Array.from({ length: 600 }, (_, index) => anImage(index + 1, [1 + (index % 6)])))
  const parts = stratifiedSplit(manifest, spec)
  for (let category = 1; category <= 6; category++) {
    const own = manifest.images.filter(({ objects }) => objects[0]?.categoryId === category)
    expect(countParts(own.map(({ id }) => parts.get(id) ?? 'train'))).toEqual({ train: 64, validation: 16, test: 20 })
  }
})

test('a class of three images is in every part', () => {
  const manifest = aManifest(Array.from({ length: 100 }, (_, index) => anImage(index + 1, [index < 97 ? 1 : 2])))
  const parts = stratifiedSplit(manifest, spec)
  expect(countParts([98, 99, 100].map((id) => parts.get(id) ?? 'train'))).toEqual({ train: 1, validation: 1, test: 1 })
  expect(countParts(parts.values())).toEqual({ train: 64, validation: 16, test: 20 })
})

test('the seed alone decides: not the order of the images, not their ids', () => {
  const images = Array.from({ length: 90 }, (_, index) => anImage(index + 1, [1 + (index % 3)]))
  const byFile = (parts: Map<number, PartName>, offset: number) => images.map(({ id }) => parts.get(id + offset))
  const once = byFile(stratifiedSplit(aManifest(images), spec), 0)
  const turned = aManifest(images.map((image) => ({ ...image, id: image.id + 500 })).reverse())
  expect(byFile(stratifiedSplit(turned, spec), 500)).toEqual(once)
  expect(byFile(stratifiedSplit(aManifest(images), { ...spec, seed: 101 }), 0)).not.toEqual(once)
})

test('the split of a known set stays what it was', () => {
  const manifest = aManifest(Array.from({ length: 10 }, (_, index) => anImage(index + 1, [1])))
  const test = [...stratifiedSplit(manifest, spec)].filter(([, part]) => part === 'test').map(([id]) => id)
  expect(test.sort((a, b) => a - b)).toMatchInlineSnapshot(`
    [
      8,
      9,
    ]
  `)
})

test('an image belongs to its rarest class, one without objects to none', () => {
  const manifest = aManifest([anImage(1, [1, 2]), anImage(2, [1]), anImage(3, []), anImage(4, [2, 3]), anImage(5, [1])])
  expect([...strataOf(manifest)]).toEqual([
    [1, 2],
    [2, 1],
    [3, undefined],
    [4, 3],
    [5, 1],
  ])
})

test('exact duplicates come to one side and the totals stay', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const images = Array.from({ length: 60 }, (_, index) =>
        anImage(index + 1, [1 + (index % 3)], index < 20 ? { sha256: 'a'.repeat(63) + (index % 10) } : {}),
      )
      const parts = stratifiedSplit(aManifest(images), { ...spec, seed })
      for (let pair = 1; pair <= 10; pair++) expect(parts.get(pair)).toBe(parts.get(pair + 10))
      expect(countParts(parts.values())).toEqual(partTotals(60, spec))
    }),
  )
})

test('duplicates that cannot be brought together without changing the totals stay apart', () => {
  const manifest = aManifest(
    Array.from({ length: 10 }, (_, index) => anImage(index + 1, [1], { sha256: 'b'.repeat(64) })),
  )
  expect(countParts(stratifiedSplit(manifest, spec).values())).toEqual(partTotals(10, spec))
})

test.skipIf(!existsSync(neuDet))(
  'NEU-DET is dealt 1,152/288/360 and its twin images stay together',
  async () => {
    const options = { bucket: 'assay', prefix: '', checkedAt: new Date(0) }
    const { check, manifest } = await checkDataset(createFolderSource(neuDet), options)
    if (!manifest) throw new Error(JSON.stringify(check.faults))
    expect(check).toMatchObject({ status: 'ready', images: 1800, boxes: 4189, nearDuplicates: { sets: 4, images: 8 } })
    const boxes = Object.fromEntries(check.classes.map(({ name, boxes }) => [name, boxes]))
    expect(boxes).toEqual({
      crazing: 689,
      inclusion: 1011,
      patches: 881,
      pitted_surface: 432,
      'rolled-in_scale': 628,
      scratches: 548,
    })
    const parts = stratifiedSplit(manifest, spec)
    expect(countParts(parts.values())).toEqual({ train: 1152, validation: 288, test: 360 })
    const twins = manifest.images.filter(({ file }) => /patches_10[15]\.jpg$/.test(file))
    expect(new Set(twins.map(({ id }) => parts.get(id))).size).toBe(1)
  },
  60_000,
)
