import type { DatasetImage, SplitSpec } from '@assay/contracts'
import { DisjointSets } from './disjoint-sets.ts'
import { groupKeys } from './group-key.ts'

export interface ImageSets {
  /** The set of each image by its id; sets are numbered by one of their images. */
  setOf: ReadonlyMap<number, number>
  /** Images that groupBy found no key for: each is a group of its own. */
  withoutKey: number
}

/** Images that must come to one side: those of one key, those that look alike where that is asked, and exact duplicates. */
export const imageSets = (
  images: readonly DatasetImage[],
  { groupBy, nearDuplicates }: Pick<SplitSpec, 'groupBy' | 'nearDuplicates'>,
): ImageSets => {
  const sets = new DisjointSets(images.length)
  const joinEqual = (marks: readonly (string | number | undefined)[]) => {
    const firstOf = new Map<string | number, number>()
    for (const [index, mark] of marks.entries()) {
      if (mark === undefined) continue
      const first = firstOf.get(mark)
      if (first === undefined) firstOf.set(mark, index)
      else sets.join(first, index)
    }
  }
  const keys = groupBy ? groupKeys(images, groupBy) : []
  joinEqual(keys)
  joinEqual(images.map(({ sha256 }) => sha256))
  if (nearDuplicates === 'together') joinEqual(images.map(({ nearSet }) => nearSet))
  return {
    setOf: new Map(images.map(({ id }, index) => [id, sets.nameOf(index)])),
    withoutKey: keys.filter((key) => key === undefined).length,
  }
}
