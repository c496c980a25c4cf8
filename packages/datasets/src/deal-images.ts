import {
  type DatasetImage,
  type DatasetManifest,
  type PartName,
  partNames,
  type SplitGrouping,
  type SplitSpec,
} from '@assay/contracts'
import { groupBy } from './group-by.ts'
import { groupedSplit } from './grouped-split.ts'
import { imageSets } from './image-sets.ts'
import { SplitError } from './split-error.ts'
import { partTotals, stratifiedSplit } from './stratified-split.ts'

export interface Deal {
  /** By image id. */
  parts: ReadonlyMap<number, PartName>
  grouping: SplitGrouping
}

/** Throws a SplitError where a share of so many images is not one image. */
export const refuseEmptyParts = (images: number, spec: SplitSpec): void => {
  const totals = partTotals(images, spec)
  const empty = partNames.find((part) => totals[part] === 0)
  if (empty)
    throw new SplitError(
      'too_few_images',
      `/split/${empty}`,
      `${images} images leave none for ${empty} at a share of ${spec[empty]}, 1 needed`,
    )
}

/** With less than this of the images that it was to have, a part is not what was asked for. */
const LEAST_SHARE = 0.5

const refuseLargeSets = (
  spec: SplitSpec,
  totals: Record<PartName, number>,
  got: Record<PartName, number>,
  largest: number,
) => {
  const short = partNames.find((part) => got[part] < Math.max(1, totals[part] * LEAST_SHARE))
  if (short)
    throw new SplitError(
      'groups_too_large',
      spec.groupBy ? '/split/groupBy' : '/split/nearDuplicates',
      `kept together, images leave ${got[short]} for ${short}, where ${totals[short]} were asked for and half of them are needed; ` +
        `the largest set has ${largest} images`,
    )
}

/**
 * Deals the images into train, validation and test as the spec asks, and says what had to stay together and how near the totals came. The seed
 * alone decides. Throws a SplitError where it cannot be done.
 */
export const dealImages = (manifest: DatasetManifest, spec: SplitSpec): Deal => {
  const { images } = manifest
  refuseEmptyParts(images.length, spec)
  const asked = partTotals(images.length, spec)
  const { setOf, withoutKey } = imageSets(images, spec)
  const grouped = spec.groupBy !== undefined || spec.nearDuplicates === 'together'
  const parts = grouped ? groupedSplit(manifest, spec, setOf) : stratifiedSplit(manifest, spec)
  const kept = [...groupBy(images, ({ id }) => setOf.get(id)).values()].filter(({ length }) => length > 1)
  const largest = kept.reduce((most, { length }) => Math.max(most, length), 0)
  const got = { train: 0, validation: 0, test: 0 }
  for (const part of parts.values()) got[part]++
  if (grouped) refuseLargeSets(spec, asked, got, largest)
  const isApart = (set: readonly DatasetImage[]) => new Set(set.map(({ id }) => parts.get(id))).size > 1
  const near = [...groupBy(images, ({ nearSet }) => nearSet)].filter(([set]) => set !== undefined)
  return {
    parts,
    grouping: {
      asked,
      sets: kept.length,
      images: kept.reduce((sum, { length }) => sum + length, 0),
      largest,
      apart: kept.filter(isApart).length,
      withoutKey,
      nearDuplicates: {
        sets: near.length,
        images: near.reduce((sum, [, { length }]) => sum + length, 0),
        apart: near.filter(([, set]) => isApart(set)).length,
      },
    },
  }
}
