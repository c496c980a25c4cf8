import type { Category, DatasetImage } from '@assay/contracts'
import { classFolder } from './channel-names.ts'
import { trainedObjects } from './trained-objects.ts'

const MARKS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (mark) => MARKS[mark] ?? mark)

/** A Pascal VOC annotation of an image under the name it has in the channel. */
export const vocXml = (
  image: Pick<DatasetImage, 'objects' | 'widthPx' | 'heightPx'>,
  fileName: string,
  categories: readonly Category[],
): string => {
  const names = new Map(categories.map(({ id, name }) => [id, name]))
  const objects = trainedObjects(image).map(
    ({ categoryId, xmin, ymin, xmax, ymax }) =>
      `\t<object>\n\t\t<name>${escaped(names.get(categoryId) ?? String(categoryId))}</name>\n` +
      `\t\t<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>\n\t</object>\n`,
  )
  return (
    `<annotation>\n\t<filename>${escaped(fileName)}</filename>\n` +
    `\t<size><width>${image.widthPx}</width><height>${image.heightPx}</height><depth>3</depth></size>\n` +
    `${objects.join('')}</annotation>\n`
  )
}

/** Where images without objects lie; class folders never begin with `_`. */
const BACKGROUND_FOLDER = '_background'

/** Paths of an image and its annotation in a channel of class folders. The folder is the stratum's; labels come from object/name inside. */
export const vocFolderPaths = (fileName: string, stratumName: string | undefined) => {
  const folder = stratumName === undefined ? BACKGROUND_FOLDER : classFolder(stratumName)
  return {
    image: `${folder}/images/${fileName}`,
    annotation: `${folder}/annotations/${fileName.replace(/\.[^.]*$/, '')}.xml`,
  }
}
