import type { Detection, SentImage } from '../recipe.ts'

/** An endpoint's answer that is not of its algorithm's format. */
export class InvalidAnswer extends Error {
  override readonly name = 'InvalidAnswer'
}

const MAX_ANSWER_BYTES = 5_000_000

/** A container is not trusted: its answer must be JSON of a bounded size. */
export const parseAnswer = (answer: Uint8Array): unknown => {
  if (answer.byteLength > MAX_ANSWER_BYTES)
    throw new InvalidAnswer(`${answer.byteLength} bytes met, at most ${MAX_ANSWER_BYTES} allowed`)
  try {
    return JSON.parse(new TextDecoder().decode(answer))
  } catch (error) {
    throw new InvalidAnswer(`no JSON: ${new TextDecoder().decode(answer.subarray(0, 80))}`, { cause: error })
  }
}

/** Corners in px of the original image → [x, y, width, height], clipped to the image; undefined where nothing of it is inside. */
const boxInside = (
  [x1, y1, x2, y2]: readonly number[],
  { widthPx, heightPx }: SentImage,
): Detection['box'] | undefined => {
  const left = Math.max(0, x1 ?? Number.NaN)
  const top = Math.max(0, y1 ?? Number.NaN)
  const width = Math.min(widthPx, x2 ?? Number.NaN) - left
  const height = Math.min(heightPx, y2 ?? Number.NaN) - top
  return width > 0 && height > 0 ? [left, top, width, height] : undefined
}

/** Detections from corners in px of the original image, best first. Equal scores keep the algorithm's order. */
export const toDetections = (
  found: readonly { categoryId: number | undefined; score: number; corners: readonly number[] }[],
  image: SentImage,
): Detection[] =>
  found
    .flatMap(({ categoryId, score, corners }) => {
      if (categoryId === undefined) return []
      if (![score, ...corners].every(Number.isFinite))
        throw new InvalidAnswer(`a number that is not finite: ${[score, ...corners].join(', ')}`)
      const box = boxInside(corners, image)
      return box ? [{ categoryId, score, box }] : []
    })
    .sort((a, b) => b.score - a.score)
