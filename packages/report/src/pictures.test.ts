import type { CocoResults } from '@assay/contracts'
import { describe, expect, it } from 'vitest'
import { choosePictures } from './choose-pictures.ts'
import { groundTruthOf } from './ground-truth.ts'
import { pictureOf } from './picture-boxes.ts'
import { aDataset, aSplit } from './testing/a-dataset.ts'

const manifest = aDataset({ images: 120 })
const split = aSplit(manifest)

describe('the pictures of the report', () => {
  it('are one test image of each class, the same for the same seed', () => {
    const chosen = choosePictures(manifest, split, 7)
    expect(chosen.map(({ categoryId }) => categoryId)).toEqual([1, 2, 3, 4, 5, 6])
    const part = new Map(split.images.map((image) => [image.id, image.part]))
    for (const { image, categoryId } of chosen) {
      expect(part.get(image.id)).toBe('test')
      expect(image.objects.some((object) => object.categoryId === categoryId)).toBe(true)
    }
    expect(choosePictures(manifest, split, 7)).toEqual(chosen)
    expect(choosePictures(manifest, split, 8)).not.toEqual(chosen)
  })
  it('say of each object from which confidence on it is found', () => {
    const [chosen] = choosePictures(manifest, split, 7)
    if (!chosen) throw new Error('no picture was chosen')
    const image = {
      ...chosen.image,
      objects: [
        { categoryId: 1, box: [0, 0, 50, 50] as [number, number, number, number] },
        { categoryId: 1, box: [100, 100, 50, 50] as [number, number, number, number] },
      ],
    }
    const changed = { ...manifest, images: manifest.images.map((other) => (other.id === image.id ? image : other)) }
    const box = (x: number, score: number, category_id = 1): CocoResults[number] => ({
      image_id: image.id,
      category_id,
      bbox: [x, x, 50, 50],
      score,
    })
    const results = [
      box(2, 0.4),
      box(0, 0.8),
      box(100, 0.9, 2),
      box(101, 0.04),
      ...Array.from({ length: 50 }, () => box(60, 0.06, 2)),
    ]
    const { models, truth } = pictureOf({ image, categoryId: 1 }, groundTruthOf(changed, split), [{ id: 'a', results }])
    expect(truth).toHaveLength(2)
    expect(models[0]?.boxes.map(({ score, outcome }) => [score, outcome])).toEqual([
      [0.9, 'false'],
      [0.8, 'true'],
      [0.4, 'false'],
      ...Array.from({ length: 37 }, () => [0.06, 'false']),
    ])
    // The second object is found only by a box that comes too late to be drawn.
    expect(models[0]).toMatchObject({ foundAt: [0.8, null], leftOut: 14 })
  })
})
