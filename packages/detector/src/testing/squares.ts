import { PICTURE_PX, type Sample } from '../pictures.ts'
import { createRandom } from '../random.ts'

/** Pictures with one to three squares each on a grainy ground, light (class 0) or dark (class 1): learned within seconds. */
export const drawSquares = (count: number, seed: number): Sample[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const grey = Uint8Array.from({ length: PICTURE_PX ** 2 }, () => 115 + 25 * random())
    const objects = Array.from({ length: 1 + Math.floor(3 * random()) }, () => {
      const classIndex = random() < 0.5 ? 0 : 1
      const side = Math.floor(18 + 36 * random())
      const [x, y] = [Math.floor((PICTURE_PX - side) * random()), Math.floor((PICTURE_PX - side) * random())]
      for (let row = y; row < y + side; row++)
        grey.fill(classIndex === 0 ? 220 : 30, row * PICTURE_PX + x, row * PICTURE_PX + x + side)
      const box = [x, y, x + side, y + side].map((value) => value / PICTURE_PX)
      return { classIndex, box: [box[0] ?? 0, box[1] ?? 0, box[2] ?? 0, box[3] ?? 0] as const }
    })
    return { picture: { grey, widthPx: PICTURE_PX, heightPx: PICTURE_PX }, objects }
  })
}
