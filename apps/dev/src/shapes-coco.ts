import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createRandom, inParallel } from '@assay/datasets'
import sharp from 'sharp'

export interface ShapesCocoOptions {
  /** Made where absent; gets annotations.json and images/. */
  folder: string
  images: number
  seed: number
}

const WIDTH_PX = 640
const HEIGHT_PX = 480
/** Ids with gaps, as COCO's own are. */
const categories = [
  { id: 3, name: 'disc' },
  { id: 17, name: 'square' },
  { id: 90, name: 'triangle' },
] as const
type ShapeName = (typeof categories)[number]['name']

const colour = (random: () => number, darkest: number, lightest: number) =>
  `hsl(${Math.floor(random() * 360)} ${40 + Math.floor(random() * 50)}% ${Math.floor(darkest + (lightest - darkest) * random())}%)`

const svgShape: Record<ShapeName, (x: number, y: number, side: number, fill: string) => string> = {
  disc: (x, y, side, fill) => `<circle cx="${x + side / 2}" cy="${y + side / 2}" r="${side / 2}" fill="${fill}"/>`,
  square: (x, y, side, fill) => `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="${fill}"/>`,
  triangle: (x, y, side, fill) =>
    `<polygon points="${x + side / 2},${y} ${x + side},${y + side} ${x},${y + side}" fill="${fill}"/>`,
}

/** One picture; every seventh has no objects. */
const drawPicture = (seed: number, number: number) => {
  const random = createRandom(Math.imul(seed, 0x9e37_79b1) + Math.imul(number + 1, 0xc2b2_ae35))
  const parts = [`<rect width="100%" height="100%" fill="${colour(random, 70, 95)}"/>`]
  for (let line = 0; line < 12; line++) {
    const [x1, x2] = [random() * WIDTH_PX, random() * WIDTH_PX]
    parts.push(
      `<line x1="${x1}" y1="0" x2="${x2}" y2="${HEIGHT_PX}" stroke="${colour(random, 60, 90)}" stroke-width="3"/>`,
    )
  }
  const objects: { categoryId: number; x: number; y: number; side: number }[] = []
  const wanted = number % 7 === 6 ? 0 : 1 + Math.floor(random() * 3)
  while (objects.length < wanted) {
    const { id, name } = categories[(number + objects.length) % categories.length]
    const side = 40 + Math.floor(random() * 140)
    const x = Math.floor(random() * (WIDTH_PX - side))
    const y = Math.floor(random() * (HEIGHT_PX - side))
    parts.push(svgShape[name](x, y, side, colour(random, 20, 50)))
    objects.push({ categoryId: id, x, y, side })
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}">${parts.join('')}</svg>`
  return { svg, objects }
}

/**
 * Draws a data set in COCO format: colour PNG and JPEG of 640 × 480 px in nested folders, three classes whose ids have
 * gaps, every seventh image without objects. The same options write the same bytes.
 */
export const makeShapesCoco = async ({ folder, images, seed }: ShapesCocoOptions): Promise<void> => {
  const pictures = Array.from({ length: images }, (_, number) => ({
    ...drawPicture(seed, number),
    id: 1000 + 7 * number,
    fileName: `camera-${number % 2}/day ${1 + (number % 3)}/${String(number).padStart(5, '0')}.${number % 2 ? 'png' : 'jpg'}`,
  }))
  await inParallel(pictures, 4, async ({ svg, fileName }) => {
    const path = join(folder, 'images', fileName)
    await mkdir(dirname(path), { recursive: true })
    const picture = sharp(Buffer.from(svg)).removeAlpha()
    await writeFile(path, await (fileName.endsWith('.png') ? picture.png() : picture.jpeg({ quality: 90 })).toBuffer())
  })
  const annotations = pictures.flatMap(({ id, objects }) =>
    objects.map(({ categoryId, x, y, side }) => ({
      image_id: id,
      category_id: categoryId,
      bbox: [x, y, side, side],
      area: side * side,
      iscrowd: 0,
    })),
  )
  const coco = {
    images: pictures.map(({ id, fileName }) => ({ id, file_name: fileName, width: WIDTH_PX, height: HEIGHT_PX })),
    annotations: annotations.map((annotation, index) => ({ ...annotation, id: 1 + 3 * index })),
    categories,
  }
  await writeFile(join(folder, 'annotations.json'), `${JSON.stringify(coco)}\n`)
}
