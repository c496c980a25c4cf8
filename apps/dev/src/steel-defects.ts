import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom, inParallel, vocXml } from '@assay/datasets'
import sharp from 'sharp'
import { type DefectClass, defectClasses, type Room } from './steel-shapes.ts'
import { between, createBrush, createSurface, develop, type Extent, type Surface } from './steel-surface.ts'

export interface SteelDefectsOptions {
  /** Made where absent; gets IMAGES and ANNOTATIONS. */
  folder: string
  images: number
  seed: number
  /** Side of the square images. (Default: 200) */
  sizePx?: number
}

interface Defect extends Extent {
  classIndex: number
}

const overlap = (room: Room, { xmin, ymin, xmax, ymax }: Extent) => {
  const width = Math.min(room.x + room.width, xmax) - Math.max(room.x, xmin)
  const height = Math.min(room.y + room.height, ymax) - Math.max(room.y, ymin)
  return Math.max(0, width) * Math.max(0, height)
}

/** A free place for a defect; undefined where eight throws find none. */
const findRoom = ({ sizePx, random }: Surface, { width, height }: DefectClass, taken: Extent[]): Room | undefined => {
  for (let tries = 0; tries < 8; tries++) {
    const size = { width: between(random, ...width) * sizePx, height: between(random, ...height) * sizePx }
    const room = {
      ...size,
      x: between(random, 1, sizePx - 1 - size.width),
      y: between(random, 1, sizePx - 1 - size.height),
    }
    if (taken.every((extent) => overlap(room, extent) < 0.08 * room.width * room.height)) return room
  }
  return undefined
}

const countOfDefects = (random: () => number) => {
  const chance = random()
  return chance < 0.3 ? 1 : chance < 0.68 ? 2 : chance < 0.9 ? 3 : 4
}

/** One picture: its grey pixels and where its 1–4 defects are. Depends on nothing but the options' seed and its own number. */
const drawPicture = (seed: number, number: number, sizePx: number) => {
  const random = createRandom(Math.imul(seed, 0x9e37_79b1) + Math.imul(number + 1, 0x85eb_ca6b))
  const surface = createSurface(random, sizePx)
  const own = number % defectClasses.length
  const defects: Defect[] = []
  for (let left = countOfDefects(random); left > 0; left--) {
    // Now and then another class is beside the picture's own, as on a real strip.
    const other = defects.length > 0 && random() < 0.08
    const classIndex = other ? Math.floor(random() * defectClasses.length) : own
    const room = findRoom(surface, defectClasses[classIndex], defects)
    if (!room) continue
    const brush = createBrush(surface)
    defectClasses[classIndex].draw(brush, room, random)
    if (brush.extent.xmax - brush.extent.xmin >= 4 && brush.extent.ymax - brush.extent.ymin >= 4)
      defects.push({ ...brush.extent, classIndex })
  }
  return { pixels: develop(surface), defects }
}

/**
 * Draws a data set of steel-like surface defects: six classes in equal numbers, 1–4 boxes an image, greyscale JPEG and
 * Pascal VOC XML. The same options write the same bytes. Shares no drawing code with the detector's pretraining pictures.
 */
export const makeSteelDefects = async ({ folder, images, seed, sizePx = 200 }: SteelDefectsOptions): Promise<void> => {
  const categories = defectClasses.map(({ name }, id) => ({ id, name }))
  await Promise.all(['IMAGES', 'ANNOTATIONS'].map((name) => mkdir(join(folder, name), { recursive: true })))
  await inParallel(Array(images).keys(), 4, async (number) => {
    const { pixels, defects } = drawPicture(seed, number, sizePx)
    const className = defectClasses[number % defectClasses.length].name
    const stem = `${className}_${Math.floor(number / defectClasses.length) + 1}`
    const jpeg = await sharp(pixels, { raw: { width: sizePx, height: sizePx, channels: 1 } })
      .toColourspace('b-w')
      .jpeg({ quality: 92 })
      .toBuffer()
    const objects = defects.map(({ classIndex, xmin, ymin, xmax, ymax }) => ({
      categoryId: classIndex,
      box: [xmin, ymin, xmax - xmin, ymax - ymin] satisfies [number, number, number, number],
    }))
    const xml = vocXml({ widthPx: sizePx, heightPx: sizePx, objects }, `${stem}.jpg`, categories)
    await writeFile(join(folder, 'IMAGES', `${stem}.jpg`), jpeg)
    await writeFile(join(folder, 'ANNOTATIONS', `${stem}.xml`), xml)
  })
}
