import { z } from 'zod'
import type { InferenceFormat } from '../recipe.ts'
import { InvalidAnswer, parseAnswer, toDetections } from './answer.ts'

const schema = z.object({
  /** [xmin, ymin, xmax, ymax], 0–1 of the image. */
  normalized_boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  classes: z.array(z.number()),
  scores: z.array(z.number()),
  /** By class index: the category id the model was trained on. */
  labels: z.array(z.union([z.string(), z.number()])),
})

/** JumpStart's MXNet detectors: image bytes in; boxes, classes, scores and labels in parallel lists out. */
export const jumpStartFormat: InferenceFormat = {
  contentType: 'application/x-image',
  accept: 'application/json;verbose;n_predictions=100',
  encode: async (image, size) => ({ body: image, sent: size }),
  decode: (answer, { original, classes }) => {
    const parsed = schema.safeParse(parseAnswer(answer))
    if (!parsed.success) throw new InvalidAnswer(parsed.error.issues[0]?.message ?? 'not of the format')
    const { normalized_boxes: boxes, classes: indices, scores, labels } = parsed.data
    if (indices.length !== boxes.length || scores.length !== boxes.length)
      throw new InvalidAnswer(
        `${boxes.length} boxes, ${indices.length} classes and ${scores.length} scores; as many of each needed`,
      )
    const known = new Set(classes)
    return toDetections(
      boxes.map(([x1, y1, x2, y2], index) => {
        const categoryId = Number(labels[indices[index] ?? -1])
        return {
          categoryId: known.has(categoryId) ? categoryId : undefined,
          score: scores[index] ?? Number.NaN,
          corners: [x1 * original.widthPx, y1 * original.heightPx, x2 * original.widthPx, y2 * original.heightPx],
        }
      }),
      original,
    )
  },
}
