import sharp from 'sharp'

/** A picture with one square: light (class 0) or dark (class 1). Box in px. */
export interface TinyImage {
  name: string
  jpeg: Buffer
  classIndex: number
  box: [number, number, number, number]
}

export const TINY_PX = 64

/** Pictures that a detector learns within seconds; the same count gives the same ones. */
export const tinyImages = async (count: number, from = 0): Promise<TinyImage[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const index = from + i
      const classIndex = index % 2
      const side = 20 + ((index * 7) % 20)
      const [x, y] = [(index * 13) % (TINY_PX - side), (index * 29) % (TINY_PX - side)]
      const shade = classIndex === 0 ? 230 : 30
      const pixels = Buffer.alloc(TINY_PX ** 2 * 3)
      for (let at = 0; at < TINY_PX ** 2; at++) {
        const [column, row] = [at % TINY_PX, Math.floor(at / TINY_PX)]
        const isInside = column >= x && column < x + side && row >= y && row < y + side
        pixels.fill(isInside ? shade : 120 + ((column * 31 + row * 17) % 20), 3 * at, 3 * at + 3)
      }
      const jpeg = await sharp(pixels, { raw: { width: TINY_PX, height: TINY_PX, channels: 3 } })
        .jpeg()
        .toBuffer()
      return { name: `image_${index}`, jpeg, classIndex, box: [x, y, x + side, y + side] }
    }),
  )
