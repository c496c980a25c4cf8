import type { DatasetImage, DatasetManifest, PartName, SplitSpec } from '@assay/contracts'
import { apportion } from './apportion.ts'
import { closeGaps } from './close-gaps.ts'
import { groupBy } from './group-by.ts'
import { allot, dealingOrder, PARTS, partTotals } from './stratified-split.ts'
import { strataOf } from './strata.ts'

type Counts = Record<PartName, number>
type Stratum = number | undefined
type ByStratum = Map<Stratum, Counts>

const none = (): Counts => ({ train: 0, validation: 0, test: 0 })

/** How full a part would be of a set's strata, weighted by its images: the least full one is due. */
const fillOf = (part: PartName, sizes: ReadonlyMap<Stratum, number>, placed: ByStratum, wanted: ByStratum) => {
  let fill = 0
  for (const [stratum, size] of sizes)
    fill += (size * ((placed.get(stratum)?.[part] ?? 0) + size / 2)) / Math.max(wanted.get(stratum)?.[part] ?? 0, 0.5)
  return fill
}

const leastBy = <Item>(items: readonly Item[], valueOf: (item: Item) => number): Item | undefined =>
  items.reduce<Item | undefined>(
    (least, item) => (least === undefined || valueOf(item) < valueOf(least) ? item : least),
    undefined,
  )

/** Shares of each stratum of single images in what is still to be dealt, so that with the sets each stratum comes as near to its own as can be. */
const dues = (total: number, missing: readonly number[], left: readonly number[]): number[] => {
  const sum = missing.reduce((a, b) => a + b, 0)
  const scale = sum > total ? total / sum : 1
  return apportion(
    total,
    missing.map((due, index) => ({ due: Math.min(due * scale, left[index]), least: 0, most: left[index] })),
  )
}

/**
 * Deals sets of images that must not be parted. Large sets come first, each into the part that is least full of its classes among those that it fits into
 * (as StratifiedGroupKFold of scikit-learn, with totals); single images then fill every part up to its total, stratum by stratum; sets of other
 * sizes change places while that brings totals nearer. Where single images suffice, totals are exactly those of the largest remainder.
 */
export const groupedSplit = (
  manifest: DatasetManifest,
  spec: SplitSpec,
  setOf: ReadonlyMap<number, number>,
): Map<number, PartName> => {
  const strata = strataOf(manifest)
  const ordered = dealingOrder(manifest, spec.seed)
  const totals = partTotals(ordered.length, spec)
  const byStratum = [...groupBy(ordered, ({ id }) => strata.get(id))]
  const allotted = allot(
    byStratum.map(([, images]) => images.length),
    totals,
    spec,
  )
  const wanted: ByStratum = new Map(
    byStratum.map(([stratum, { length }], index) => {
      const [test, validation] = [allotted.test[index], allotted.validation[index]]
      return [stratum, { test, validation, train: length - test - validation }]
    }),
  )
  const placed: ByStratum = new Map(byStratum.map(([stratum]) => [stratum, none()]))
  const placedTotals = none()
  const partOf = new Map<DatasetImage[], PartName>()
  const put = (set: DatasetImage[], part: PartName) => {
    partOf.set(set, part)
    placedTotals[part] += set.length
    for (const { id } of set) {
      const counts = placed.get(strata.get(id))
      if (counts) counts[part]++
    }
  }

  const sets = [...groupBy(ordered, ({ id }) => setOf.get(id) ?? id).values()]
  const large = sets.filter(({ length }) => length > 1).sort((a, b) => b.length - a.length)
  for (const set of large) {
    const sizes = new Map(
      [...groupBy(set, ({ id }) => strata.get(id))].map(([stratum, { length }]) => [stratum, length]),
    )
    const fitting = PARTS.filter((part) => placedTotals[part] + set.length <= totals[part])
    const part =
      leastBy(fitting, (part) => fillOf(part, sizes, placed, wanted)) ??
      leastBy(PARTS, (part) => (placedTotals[part] + set.length) / totals[part])
    put(set, part ?? 'train')
  }

  const singles = sets.filter(({ length }) => length === 1)
  const singlesOf = [...groupBy(singles, ([image]) => strata.get(image?.id ?? -1))]
  const left = singlesOf.map(([, { length }]) => length)
  const missingOf = (part: PartName) =>
    singlesOf.map(([stratum]) => Math.max(0, (wanted.get(stratum)?.[part] ?? 0) - (placed.get(stratum)?.[part] ?? 0)))
  const open = PARTS.map((part) => Math.max(0, totals[part] - placedTotals[part]))
  const openSum = open.reduce((a, b) => a + b, 0)
  const [, validationOpen, testOpen] = apportion(
    singles.length,
    open.map((due) => ({ due: openSum === 0 ? 0 : (due * singles.length) / openSum, least: 0, most: singles.length })),
  )
  const test = dues(testOpen, missingOf('test'), left)
  const validation = dues(
    validationOpen,
    missingOf('validation'),
    left.map((count, index) => count - test[index]),
  )
  for (const [index, [, images]] of singlesOf.entries())
    for (const [at, set] of images.entries())
      put(set, at < test[index] ? 'test' : at < test[index] + validation[index] ? 'validation' : 'train')

  closeGaps(partOf, totals)
  return new Map([...partOf].flatMap(([set, part]) => set.map(({ id }) => [id, part] as const)))
}
