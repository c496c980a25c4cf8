import type { Container } from './container.ts'
import { type TinyImage, TINY_PX } from './tiny-images.ts'

const xml = ({ classIndex, box: [x1, y1, x2, y2] }: TinyImage) =>
  `<annotation><size><width>${TINY_PX}</width><height>${TINY_PX}</height><depth>3</depth></size>
   <object><name>${classIndex === 0 ? 'light' : 'dark &amp; deep'}</name>
   <bndbox><xmin>${x1}</xmin><ymin>${y1}</ymin><xmax>${x2}</xmax><ymax>${y2}</ymax></bndbox></object></annotation>`

/** Puts pictures into a channel as class folders with Pascal VOC annotations. Classes are light, and dark & deep. */
export const fillVocChannel = (container: Container, channel: string, images: readonly TinyImage[]): void => {
  for (const image of images) {
    // The folder's name is not the class: the label is read from object/name.
    const folder = `input/data/${channel}/folder-${image.name.length}`
    container.write(`${folder}/images/${image.name}.jpg`, image.jpeg)
    container.write(`${folder}/annotations/${image.name}.xml`, xml(image))
  }
}
