import { z } from 'zod'
import type { InferenceFormat } from '../recipe.ts'
import { InvalidAnswer, parseAnswer, toDetections } from './answer.ts'

const schema = z.object({
  /** [class from 0, score, xmin, ymin, xmax, ymax], coordinates 0–1 of the image. */
  prediction: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])),
})

/** The built-in Object Detection algorithm: image bytes in, normalised corners out. Source: AWS developer guide, object-detection-in-formats. */
export const objectDetectionFormat: InferenceFormat = {
  contentType: 'application/x-image',
  accept: 'application/json',
  encode: async (image, size) => ({ body: image, sent: size }),
  decode: (answer, { original, classes }) => {
    const parsed = schema.safeParse(parseAnswer(answer))
    if (!parsed.success) throw new InvalidAnswer(parsed.error.issues[0]?.message ?? 'not of the format')
    return toDetections(
      parsed.data.prediction.map(([classIndex, score, x1, y1, x2, y2]) => ({
        categoryId: classes[classIndex],
        score,
        corners: [x1 * original.widthPx, y1 * original.heightPx, x2 * original.widthPx, y2 * original.heightPx],
      })),
      original,
    )
  },
}
