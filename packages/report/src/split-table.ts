import { partNames, type Report, type SplitOutput, type SplitSpec } from '@assay/contracts'

/** The whole data set and its three parts: images, share of all, boxes of each class; and what had to stay together. */
export const splitTableOf = (
  { images, boxes, grouping }: SplitOutput,
  { seed, groupBy, nearDuplicates }: SplitSpec,
): Report['splitTable'] => {
  const total = images.train + images.validation + images.test
  const all: Record<string, number> = {}
  for (const part of partNames)
    for (const [category, count] of Object.entries(boxes[part] ?? {})) all[category] = (all[category] ?? 0) + count
  return {
    seed,
    groupBy: groupBy ?? null,
    nearDuplicates,
    grouping,
    parts: [
      { part: 'all', images: total, share: 1, boxes: all },
      ...partNames.map((part) => ({
        part,
        images: images[part],
        share: total === 0 ? 0 : images[part] / total,
        boxes: boxes[part] ?? {},
      })),
    ],
  }
}
