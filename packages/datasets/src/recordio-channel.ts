import type { Category, DatasetImage } from '@assay/contracts'
import { encodeRecord } from './recordio.ts'
import { trainedObjects } from './trained-objects.ts'

/** Width of the header (with the image's size) and of an object in a label vector. */
const HEADER_WIDTH = 4
const OBJECT_WIDTH = 5

/** Category ids by class index: the algorithm's class i is the category classes[i]. */
export const classIndex = (categories: readonly Category[]): number[] =>
  categories.map(({ id }) => id).sort((a, b) => a - b)

/** [4, 5, width, height, then class, xmin, ymin, xmax, ymax of each object]; coordinates 0–1. */
export const detectionLabels = (image: DatasetImage, classes: readonly number[]): number[] => [
  HEADER_WIDTH,
  OBJECT_WIDTH,
  image.widthPx,
  image.heightPx,
  ...trainedObjects(image).flatMap(({ categoryId, xmin, ymin, xmax, ymax }) => [
    classes.indexOf(categoryId),
    xmin / image.widthPx,
    ymin / image.heightPx,
    xmax / image.widthPx,
    ymax / image.heightPx,
  ]),
]

/** Whether a .rec file can hold the image: readers refuse a label vector without an object. */
export const fitsRecordIO = (image: DatasetImage) => trainedObjects(image).length > 0

/** How many images ahead of the one being written are read. */
const READ_AHEAD = 8

/** The bytes of a .rec file, record by record; ids count from 0. A few images are held at a time, whatever their number. */
export async function* writeRecordIO(
  images: readonly DatasetImage[],
  classes: readonly number[],
  read: (image: DatasetImage) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const ahead: Promise<Uint8Array>[] = []
  for (const [id, image] of images.entries()) {
    while (ahead.length < READ_AHEAD && id + ahead.length < images.length) {
      const reading = read(images[id + ahead.length])
      // Its turn to be awaited comes later; until then a rejection must not count as unhandled.
      reading.catch(() => undefined)
      ahead.push(reading)
    }
    const bytes = await (ahead.shift() as Promise<Uint8Array>)
    yield encodeRecord({ id, labels: detectionLabels(image, classes), image: bytes })
  }
}
