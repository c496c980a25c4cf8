import type { DatasetManifest } from '@assay/contracts'

/**
 * Each image's stratum by image id: its class that fewest images of the data set hold, of equal ones the first; undefined
 * for images without objects, which form a stratum of their own. Crowd regions do not count.
 */
export const strataOf = ({
  categories,
  images,
}: Pick<DatasetManifest, 'categories' | 'images'>): Map<number, number | undefined> => {
  const classesOf = new Map(
    images.map(({ id, objects }) => [
      id,
      new Set(objects.filter(({ crowd }) => !crowd).map(({ categoryId }) => categoryId)),
    ]),
  )
  const imagesOf = new Map<number, number>()
  for (const classes of classesOf.values()) for (const id of classes) imagesOf.set(id, (imagesOf.get(id) ?? 0) + 1)
  const rarestFirst = categories
    .map(({ id }) => id)
    .sort((a, b) => (imagesOf.get(a) ?? 0) - (imagesOf.get(b) ?? 0) || a - b)
  const rank = new Map(rarestFirst.map((id, index) => [id, index]))
  return new Map(
    [...classesOf].map(([id, classes]) => [
      id,
      [...classes].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))[0],
    ]),
  )
}
