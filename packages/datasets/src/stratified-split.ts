import type { DatasetImage, DatasetManifest, PartName, SplitSpec } from '@assay/contracts'
import { apportion } from './apportion.ts'
import { bytewise } from './bytewise.ts'
import { groupBy } from './group-by.ts'
import { createRandom, shuffled } from './random.ts'
import { strataOf } from './strata.ts'

export const PARTS = ['train', 'validation', 'test'] as const

/** Images of each part over the whole set, by largest remainder. */
export const partTotals = (images: number, spec: SplitSpec): Record<PartName, number> => {
  const [train = 0, validation = 0, test = 0] = apportion(
    images,
    PARTS.map((part) => ({ due: images * spec[part], least: 0, most: images })),
  )
  return { train, validation, test }
}

/** How many images of each stratum go to test and to validation; a stratum of 3 or more has one in every part where the totals allow. */
export const allot = (sizes: number[], totals: Record<PartName, number>, spec: SplitSpec) => {
  const test = apportion(
    totals.test,
    sizes.map((size) => ({ due: size * spec.test, least: size >= 3 ? 1 : 0, most: size })),
  )
  const validation = apportion(
    totals.validation,
    sizes.map((size, index) => ({
      due: size * spec.validation,
      least: size >= 3 && size - (test[index] ?? 0) >= 2 ? 1 : 0,
      most: size - (test[index] ?? 0),
    })),
  )
  return { test, validation }
}

/** For each member outside of a part, a single image of its stratum within, to change places with; undefined where there are too few. */
const partnersIn = (
  home: PartName,
  group: DatasetImage[],
  parts: Map<number, PartName>,
  singlesOf: Map<number | undefined, DatasetImage[]>,
  strata: Map<number, number | undefined>,
) => {
  const swaps = new Map<number, number>()
  for (const { id } of group) {
    if (parts.get(id) === home) continue
    const taken = new Set(swaps.values())
    const partner = singlesOf
      .get(strata.get(id))
      ?.find((single) => parts.get(single.id) === home && !taken.has(single.id))
    if (!partner) return undefined
    swaps.set(id, partner.id)
  }
  return swaps
}

/**
 * Brings exact duplicates to one side, the one with most of them if it can be, by swaps with single images of the same
 * stratum, so that no total and no stratum's share changes. Where partners are too few everywhere, they stay apart.
 */
const uniteDuplicates = (
  parts: Map<number, PartName>,
  ordered: DatasetImage[],
  strata: Map<number, number | undefined>,
) => {
  const groups = [...groupBy(ordered, ({ sha256 }) => sha256).values()]
  const singles = groups.flatMap((group) => (group.length === 1 ? group : []))
  const singlesOf = groupBy(singles, ({ id }) => strata.get(id))
  for (const group of groups.filter(({ length }) => length > 1)) {
    const members = groupBy(group, ({ id }) => parts.get(id))
    const homes = [...PARTS].sort((a, b) => (members.get(b)?.length ?? 0) - (members.get(a)?.length ?? 0))
    for (const home of homes) {
      const swaps = partnersIn(home, group, parts, singlesOf, strata)
      if (!swaps) continue
      for (const [id, partner] of swaps) {
        parts.set(partner, parts.get(id) ?? home)
        parts.set(id, home)
      }
      break
    }
  }
}

/** The images as they are dealt: paths in bytewise order, then shuffled from the seed. */
export const dealingOrder = ({ images }: Pick<DatasetManifest, 'images'>, seed: number): DatasetImage[] =>
  shuffled(
    [...images].sort((a, b) => bytewise(a.file, b.file)),
    createRandom(seed),
  )

/**
 * Deals the images into train, validation and test, by image id. Totals are exact by largest remainder; each stratum (see
 * strataOf) is shared out likewise; the seed alone decides which image goes where. Paths are ordered bytewise before the
 * shuffle, so neither ids nor the order of the manifest matter.
 */
export const stratifiedSplit = (manifest: DatasetManifest, spec: SplitSpec): Map<number, PartName> => {
  const strata = strataOf(manifest)
  const ordered = dealingOrder(manifest, spec.seed)
  const groups = [...groupBy(ordered, ({ id }) => strata.get(id))].sort(
    ([a = Number.POSITIVE_INFINITY], [b = Number.POSITIVE_INFINITY]) => (a === b ? 0 : a - b),
  )
  const { test, validation } = allot(
    groups.map(([, images]) => images.length),
    partTotals(ordered.length, spec),
    spec,
  )
  const parts = new Map<number, PartName>()
  for (const [index, [, images]] of groups.entries()) {
    const testEnd = test[index] ?? 0
    const validationEnd = testEnd + (validation[index] ?? 0)
    for (const [at, { id }] of images.entries())
      parts.set(id, at < testEnd ? 'test' : at < validationEnd ? 'validation' : 'train')
  }
  uniteDuplicates(parts, ordered, strata)
  return parts
}
