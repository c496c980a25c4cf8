import { type DatasetImage, type PartName, partNames, splitSpecSchema } from '@assay/contracts'
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { dealImages } from './deal-images.ts'
import { groupBy } from './group-by.ts'
import { partTotals } from './stratified-split.ts'
import { aManifest, anImage } from './testing/builders.ts'

const filmsSpec = (more: object = {}) => splitSpecSchema.parse({ groupBy: { file: '^(film\\d+)/' }, ...more })

/** Films of so many frames each; every film shows one class of three. */
const films = (lengths: readonly number[]): DatasetImage[] => {
  let id = 0
  return lengths.flatMap((length, film) =>
    Array.from({ length }, () => {
      id++
      return anImage(id, [1 + (film % 3)], { file: `film${film}/${id}.jpg` })
    }),
  )
}

const filmOf = ({ file }: DatasetImage) => file.split('/')[0]
const counts = (parts: Iterable<PartName>) => {
  const counted = { train: 0, validation: 0, test: 0 }
  for (const part of parts) counted[part]++
  return counted
}
const partsOf = (images: readonly DatasetImage[], parts: ReadonlyMap<number, PartName>) =>
  new Set(images.map(({ id }) => parts.get(id)))

describe('groups', () => {
  it('are never parted, every image is dealt once, whatever their sizes and the seed', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 40, maxLength: 120 })
    fc.assert(
      fc.property(lengths, fc.nat({ max: 1000 }), (lengths, seed) => {
        const images = films(lengths)
        const { parts } = dealImages(aManifest(images), filmsSpec({ seed }))
        expect(parts.size).toBe(images.length)
        for (const film of groupBy(images, filmOf).values()) expect(partsOf(film, parts).size).toBe(1)
      }),
    )
  })
  it('leave the totals exact where there are sets enough to fill them, and say how far they do not', () => {
    const exact = films([...Array.from({ length: 20 }, (_, index) => 2 + (index % 7)), ...Array<number>(60).fill(1)])
    const dealt = dealImages(aManifest(exact), filmsSpec())
    expect(counts(dealt.parts.values())).toEqual(partTotals(exact.length, filmsSpec()))
    expect(dealt.grouping.asked).toEqual(partTotals(exact.length, filmsSpec()))

    // 40 films of 30: 8 fill test, 6 or 7 come nearest to the 192 of validation.
    const whole = films(Array<number>(40).fill(30))
    const { parts, grouping } = dealImages(aManifest(whole), filmsSpec())
    expect(grouping).toMatchObject({ asked: { train: 768, validation: 192, test: 240 }, sets: 40, largest: 30 })
    expect(counts(parts.values())).toEqual({ train: 780, validation: 180, test: 240 })
  })
  it('change places until the totals are met to within an image, where there are many sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 40 }), { minLength: 60, maxLength: 80 }), (lengths) => {
        const images = films(lengths)
        const { parts, grouping } = dealImages(aManifest(images), filmsSpec())
        const got = counts(parts.values())
        for (const part of partNames) expect(Math.abs(got[part] - grouping.asked[part])).toBeLessThanOrEqual(1)
      }),
      { numRuns: 30 },
    )
  })
  it('share out each class as the whole is shared out', () => {
    const images = films(Array<number>(150).fill(4))
    const { parts } = dealImages(aManifest(images), filmsSpec())
    for (const category of [1, 2, 3]) {
      const own = images.filter(({ objects }) => objects[0]?.categoryId === category)
      const got = counts(own.map(({ id }) => parts.get(id) ?? 'train'))
      for (const part of partNames) expect(Math.abs(got[part] - own.length * filmsSpec()[part])).toBeLessThanOrEqual(8)
    }
  })
  it('are joined by a file that lies in two of them', () => {
    const images = films(Array<number>(30).fill(5)).map((image) =>
      image.id === 1 || image.id === 6 ? { ...image, sha256: 'e'.repeat(64) } : image,
    )
    const { parts, grouping } = dealImages(aManifest(images), filmsSpec())
    expect(partsOf(images.slice(0, 10), parts).size).toBe(1)
    expect(grouping).toMatchObject({ sets: 29, largest: 10 })
  })
  it('may be missing for some images, which are counted', () => {
    const images = [...films(Array<number>(30).fill(3)), anImage(500), anImage(501)]
    expect(dealImages(aManifest(images), filmsSpec()).grouping.withoutKey).toBe(2)
  })
  it('follow the seed', () => {
    const images = films(Array<number>(60).fill(3))
    const dealt = (seed: number) =>
      [...dealImages(aManifest(images), filmsSpec({ seed })).parts].sort(([a], [b]) => a - b)
    expect(dealt(1)).toEqual(dealt(1))
    expect(dealt(1)).not.toEqual(dealt(2))
  })
  it('that are too large for the shares are refused with what they would leave', () => {
    expect(() => dealImages(aManifest(films([100, 100, 100])), filmsSpec())).toThrow(
      'kept together, images leave 0 for validation, where 48 were asked for and half of them are needed; the largest set has 100 images',
    )
  })
})

describe('images that look alike', () => {
  /** 90 images, of which 20 pairs look alike. */
  const images = Array.from({ length: 90 }, (_, index) =>
    anImage(index + 1, [1 + (index % 3)], index < 40 ? { nearSet: 1 + (index % 20) } : {}),
  )
  const pairs = [...groupBy(images.slice(0, 40), ({ nearSet }) => nearSet).values()]

  it('stay where they fall unless asked for, and those that were parted are counted', () => {
    const spec = splitSpecSchema.parse({})
    const { parts, grouping } = dealImages(aManifest(images), spec)
    const apart = pairs.filter((pair) => partsOf(pair, parts).size > 1).length
    expect(apart).toBeGreaterThan(0)
    expect(grouping).toMatchObject({ sets: 0, nearDuplicates: { sets: 20, images: 40, apart } })
  })
  it('come to one side where that is asked for, and the totals stay exact', () => {
    const spec = splitSpecSchema.parse({ nearDuplicates: 'together' })
    const { parts, grouping } = dealImages(aManifest(images), spec)
    for (const pair of pairs) expect(partsOf(pair, parts).size).toBe(1)
    expect(grouping).toMatchObject({ sets: 20, largest: 2, apart: 0, nearDuplicates: { apart: 0 } })
    expect(counts(parts.values())).toEqual(partTotals(90, spec))
  })
})

test('a share that is not one image is refused', () => {
  const spec = splitSpecSchema.parse({ train: 0.98, validation: 0.01, test: 0.01 })
  expect(() => dealImages(aManifest(films([20])), spec)).toThrow(
    '20 images leave none for validation at a share of 0.01',
  )
})
