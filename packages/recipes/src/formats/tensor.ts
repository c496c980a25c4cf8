import sharp from 'sharp'
import type { InferenceFormat, SentImage } from '../recipe.ts'
import { decodeDeclared } from './declared.ts'
import { shippedAnswer } from './shipped-answer.ts'

const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]

/** An endpoint takes 6 MiB; three channels of about seven characters a value fit up to here. */
const MAX_SENT_PX = 250_000

const sentSize = ({ widthPx, heightPx }: SentImage): SentImage => {
  const scale = Math.min(1, Math.sqrt(MAX_SENT_PX / (widthPx * heightPx)))
  return { widthPx: Math.max(1, Math.floor(widthPx * scale)), heightPx: Math.max(1, Math.floor(heightPx * scale)) }
}

/**
 * The Defect Detection Network's own format: a 1 × 3 × height × width list of ImageNet-normalised values in, boxes as corners
 * in px of the sent image out. The original study kept those corners as [x, y, width, height]; here they become that.
 */
export const tensorFormat: InferenceFormat = {
  contentType: 'application/json',
  accept: shippedAnswer.accept,
  sendsImage: false,
  encode: async (image, size) => {
    const sent = sentSize(size)
    const pixels = await sharp(image)
      .resize(sent.widthPx, sent.heightPx, { fit: 'fill' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer()
    const channels = pixels.length / (sent.widthPx * sent.heightPx)
    const tensor = [0, 1, 2].map((channel) => {
      const values = Array.from(
        { length: 256 },
        (_, value) => +((value / 255 - (MEAN[channel] ?? 0)) / (DEVIATION[channel] ?? 1)).toFixed(4),
      )
      return Array.from({ length: sent.heightPx }, (_, y) =>
        Array.from(
          { length: sent.widthPx },
          (_, x) => values[pixels[(y * sent.widthPx + x) * channels + Math.min(channel, channels - 1)] ?? 0],
        ),
      )
    })
    return { body: new TextEncoder().encode(JSON.stringify([tensor])), sent }
  },
  decode: decodeDeclared(shippedAnswer),
}
