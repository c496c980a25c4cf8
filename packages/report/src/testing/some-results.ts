import type { Box, CocoGroundTruth, CocoResults } from '@assay/contracts'
import { seededNormal, seededRandom } from './random.ts'

/** Boxes of a detector of the given skill (0 to 1): it misses, shifts, mixes up and imagines less the better it is. */
export const someResults = (
  { images, annotations, categories }: CocoGroundTruth,
  skill: number,
  seed: number,
): CocoResults => {
  const random = seededRandom(seed)
  const normal = () => seededNormal(random)
  const clamp = (value: number) => Math.min(0.999, Math.max(0.01, value))
  const categoryIds = categories.map(({ id }) => id)
  const anyCategory = () => categoryIds[Math.floor(random() * categoryIds.length)] ?? 1
  const shifted = ([x, y, w, h]: Box): Box => {
    const noise = 0.06 + (1 - skill) * 0.22
    return [
      Math.max(0, x + normal() * noise * w),
      Math.max(0, y + normal() * noise * h),
      Math.max(2, w * (1 + normal() * noise)),
      Math.max(2, h * (1 + normal() * noise)),
    ]
  }
  const found = annotations.flatMap(({ image_id, category_id, bbox }) => {
    if (random() > 0.45 + skill * 0.5) return []
    const mixedUp = random() < 0.12 * (1 - skill)
    const box = { image_id, category_id: mixedUp ? anyCategory() : category_id, bbox: shifted(bbox) }
    const first = { ...box, score: clamp(0.3 + skill * 0.5 + normal() * 0.18) }
    return random() < 0.15 ? [first, { ...box, bbox: shifted(bbox), score: first.score * 0.7 }] : [first]
  })
  const imagined = images.flatMap(({ id, width, height }) =>
    Array.from({ length: Math.floor(random() * 9) }, () => {
      const [w, h] = [20 + random() * width * 0.4, 20 + random() * height * 0.4]
      return {
        image_id: id,
        category_id: anyCategory(),
        bbox: [random() * (width - w), random() * (height - h), w, h] as Box,
        score: clamp(0.25 + normal() * 0.16 * (1.3 - skill)),
      }
    }),
  )
  return [...found, ...imagined]
}
