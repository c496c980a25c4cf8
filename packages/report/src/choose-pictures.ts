import type { DatasetImage, DatasetManifest, SplitManifest } from '@assay/contracts'

/** The report shows at most this many, so that it stays light. */
const mostPictures = 24

/** Spreads a seed and a number over 32 bits (the finalizer of MurmurHash3). */
const mixed = (seed: number, value: number): number => {
  let bits = (seed ^ Math.imul(value + 1, 0x9e3779b1)) >>> 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** One test image of each class that has any, no image twice while there is another. Seed and split decide, nothing else. */
export const choosePictures = (
  { categories, images }: DatasetManifest,
  split: Pick<SplitManifest, 'images'>,
  seed: number,
): { image: DatasetImage; categoryId: number }[] => {
  const test = new Set(split.images.flatMap(({ id, part }) => (part === 'test' ? [id] : [])))
  const tested = images.filter(({ id }) => test.has(id))
  const taken = new Set<number>()
  return categories.slice(0, mostPictures).flatMap(({ id: categoryId }) => {
    const showing = tested.filter(({ objects }) =>
      objects.some((object) => object.categoryId === categoryId && !object.crowd),
    )
    const fresh = showing.filter(({ id }) => !taken.has(id))
    const pool = fresh.length > 0 ? fresh : showing
    const image = pool[mixed(seed, categoryId) % pool.length]
    if (!image) return []
    taken.add(image.id)
    return [{ image, categoryId }]
  })
}
