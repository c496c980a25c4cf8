import type { Box } from '@assay/contracts'
import type { Fault } from './fault-list.ts'

/** Rounding in annotation tools puts edges a hair outside; a whole pixel outside is a fault. */
const TOLERANCE_PX = 0.5

/**
 * What is wrong with a box, or undefined. `as` is how the file wrote it, for the message.
 * @param box [x, y, width, height] in px.
 */
export const boxFault = (
  file: string,
  [x, y, width, height]: Box,
  image: { widthPx: number; heightPx: number },
  as: () => string,
): Fault | undefined => {
  if (![x, y, width, height].every(Number.isFinite))
    return { code: 'box_not_a_number', file, met: as(), needed: 'four finite numbers' }
  if (width < 0 || height < 0)
    return { code: 'box_inverted', file, met: as(), needed: 'left before right and top before bottom' }
  if (width === 0 || height === 0) return { code: 'box_empty', file, met: as(), needed: 'a width and height above 0' }
  if (
    x < -TOLERANCE_PX ||
    y < -TOLERANCE_PX ||
    x + width > image.widthPx + TOLERANCE_PX ||
    y + height > image.heightPx + TOLERANCE_PX
  )
    return {
      code: 'box_outside_image',
      file,
      met: as(),
      needed: `a box within the image's ${image.widthPx} × ${image.heightPx} px`,
    }
  return undefined
}
