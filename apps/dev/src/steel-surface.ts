/** A square grey picture under construction: brightness 0–255 a pixel, row by row, and what each stroke has touched. */
export interface Surface {
  sizePx: number
  grey: Float32Array
  random: () => number
}

/** Corners in px of what was drawn; xmax and ymax lie behind the last pixel. */
export interface Extent {
  xmin: number
  ymin: number
  xmax: number
  ymax: number
}

export const between = (random: () => number, least: number, most: number) => least + (most - least) * random()

const lerp = (from: number, to: number, share: number) => from + (to - from) * share
const smooth = (share: number) => share * share * (3 - 2 * share)

/** Value noise in −1…1: random heights on a lattice, smoothed in between. Cells may be longer one way than the other. */
export const createNoise = (random: () => number, sizePx: number, cellXPx: number, cellYPx = cellXPx) => {
  const columns = Math.ceil(sizePx / cellXPx) + 2
  const rows = Math.ceil(sizePx / cellYPx) + 2
  const heights = Float32Array.from({ length: columns * rows }, () => 2 * random() - 1)
  return (x: number, y: number) => {
    const column = Math.floor(x / cellXPx)
    const row = Math.floor(y / cellYPx)
    const acrossShare = smooth(x / cellXPx - column)
    const at = row * columns + column
    const above = lerp(heights[at] ?? 0, heights[at + 1] ?? 0, acrossShare)
    const below = lerp(heights[at + columns] ?? 0, heights[at + columns + 1] ?? 0, acrossShare)
    return lerp(above, below, smooth(y / cellYPx - row))
  }
}

/** Bare steel: uneven light, streaks along the rolling direction, and a few faint stains that are no defects. */
export const createSurface = (random: () => number, sizePx: number): Surface => {
  const grey = new Float32Array(sizePx * sizePx)
  const level = between(random, 105, 175)
  const light = createNoise(random, sizePx, sizePx / 2)
  const stains = createNoise(random, sizePx, 22, 40)
  const streak = createNoise(random, sizePx, 3)
  const streaks = Float32Array.from({ length: sizePx }, (_, x) => streak(x, 0))
  const lightContrast = between(random, 6, 22)
  const stainContrast = between(random, 2, 9)
  const streakContrast = between(random, 2, 9)
  for (let y = 0; y < sizePx; y++)
    for (let x = 0; x < sizePx; x++)
      grey[y * sizePx + x] =
        level + lightContrast * light(x, y) + stainContrast * stains(x, y) + streakContrast * (streaks[x] ?? 0)
  return { sizePx, grey, random }
}

/** Weaker changes than this cannot be seen under the grain and do not widen a box. */
const VISIBLE = 7

/** Collects what is drawn of one defect. */
export const createBrush = ({ sizePx, grey }: Surface) => {
  const extent: Extent = { xmin: sizePx, ymin: sizePx, xmax: 0, ymax: 0 }
  const add = (x: number, y: number, change: number) => {
    if (x < 0 || y < 0 || x >= sizePx || y >= sizePx) return
    const at = y * sizePx + x
    grey[at] = (grey[at] ?? 0) + change
    if (Math.abs(change) < VISIBLE) return
    extent.xmin = Math.min(extent.xmin, x)
    extent.ymin = Math.min(extent.ymin, y)
    extent.xmax = Math.max(extent.xmax, x + 1)
    extent.ymax = Math.max(extent.ymax, y + 1)
  }
  return {
    extent,
    add,
    /** A soft round dab. */
    dab(centreX: number, centreY: number, radius: number, change: number) {
      const reach = Math.ceil(radius + 1)
      for (let y = Math.floor(centreY) - reach; y <= centreY + reach; y++)
        for (let x = Math.floor(centreX) - reach; x <= centreX + reach; x++) {
          const share = radius + 0.5 - Math.hypot(x - centreX, y - centreY)
          if (share > 0) add(x, y, change * Math.min(1, share))
        }
    },
  }
}
export type Brush = ReturnType<typeof createBrush>

/** Grain over everything, as the camera adds it; then whole numbers 0–255. */
export const develop = ({ sizePx, grey, random }: Surface): Uint8Array => {
  const grain = between(random, 3, 8)
  const pixels = new Uint8Array(sizePx * sizePx)
  for (let at = 0; at < pixels.length; at++) {
    const noise = random() + random() - 1
    pixels[at] = Math.min(255, Math.max(0, Math.round((grey[at] ?? 0) + grain * 2 * noise)))
  }
  return pixels
}
