/**
 * The parameters of COCOeval for boxes. IoU thresholds are numpy.linspace(.5, .95, 10) in doubles, so the ninth is 0.8999999999999999 and not
 * the literal 0.9: whole-number boxes do reach one and miss the other.
 */
export const iouThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : i * ((0.95 - 0.5) / 9) + 0.5,
)

/** numpy.linspace(0, 1, 101): i * 0.01 in doubles, so the 36th is 0.35000000000000003, which a recall of exactly 35/100 does not reach. */
export const recallThresholds: readonly number[] = Array.from({ length: 101 }, (_, i) => i * 0.01)

/** Detections kept of an image and class, best scores first. */
export const maxDetections = [1, 10, 100] as const

export const areaNames = ['all', 'small', 'medium', 'large'] as const
export type AreaName = (typeof areaNames)[number]

/** Area ranges in px², both ends inclusive, in the order of `areaNames`. */
export const areaRanges: readonly (readonly [number, number])[] = [
  [0, 1e10],
  [0, 1024],
  [1024, 9216],
  [9216, 1e10],
]

/** numpy.spacing(1), the term COCOeval adds so that precision never divides by zero. */
export const epsilon = 2 ** -52
