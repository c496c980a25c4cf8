import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom, inParallel } from '@assay/datasets'
import sharp from 'sharp'

const WIDTH_PX = 96
const HEIGHT_PX = 64
/** Grey levels on a background of 20; ids with a gap, and not in the order of the names. */
const categories = [
  { id: 4, name: 'dim', level: 120 },
  { id: 11, name: 'bright', level: 220 },
] as const

/** Writes a COCO data set of one evenly grey rectangle an image, wider or higher than long, whose level says its class. */
export const makeLampsCoco = async (folder: string, images: number): Promise<void> => {
  const random = createRandom(5)
  const between = (from: number, to: number) => from + Math.floor(random() * (to - from))
  const pictures = Array.from({ length: images }, (_, index) => {
    const [width, height] = [between(10, 40), between(8, 30)]
    const box = [between(0, WIDTH_PX - width), between(0, HEIGHT_PX - height), width, height] as const
    return { id: index + 1, fileName: `${index + 1}.png`, box, category: categories[index % 2 === 0 ? 0 : 1] }
  })
  await mkdir(join(folder, 'images'), { recursive: true })
  await inParallel(pictures, 4, async ({ fileName, box: [left, top, width, height], category: { level } }) => {
    const grey = Buffer.alloc(WIDTH_PX * HEIGHT_PX, 20)
    for (let y = top; y < top + height; y++) grey.fill(level, y * WIDTH_PX + left, y * WIDTH_PX + left + width)
    const raw = { width: WIDTH_PX, height: HEIGHT_PX, channels: 1 as const }
    await sharp(grey, { raw })
      .png()
      .toFile(join(folder, 'images', fileName))
  })
  const coco = {
    images: pictures.map(({ id, fileName }) => ({ id, file_name: fileName, width: WIDTH_PX, height: HEIGHT_PX })),
    annotations: pictures.map(({ id, box, category }) => ({
      id,
      image_id: id,
      category_id: category.id,
      bbox: box,
      area: box[2] * box[3],
      iscrowd: 0,
    })),
    categories: categories.map(({ id, name }) => ({ id, name })),
  }
  await writeFile(join(folder, 'annotations.json'), JSON.stringify(coco))
}
