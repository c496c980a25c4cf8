import { partNames, type Report, type SplitManifest, type SplitOutput } from '@assay/contracts'

/** The whole data set and its three parts: images, share of all, boxes of each class. */
export const splitTableOf = (
  { images, boxes }: SplitOutput,
  { seed }: Pick<SplitManifest, 'seed'>,
): Report['splitTable'] => {
  const total = images.train + images.validation + images.test
  const all: Record<string, number> = {}
  for (const part of partNames)
    for (const [category, count] of Object.entries(boxes[part] ?? {})) all[category] = (all[category] ?? 0) + count
  return {
    seed,
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
