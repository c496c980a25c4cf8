import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePicture, type Sample } from '@assay/detector'
import { ClientError } from '../container/client-error.ts'
import type { ContainerFolders } from '../container/folders.ts'

/** The channel with the annotations of channel `name`. */
export const annotationChannel = (name: string): string => `${name}_annotation`

type Element = Readonly<Record<string, unknown>>
const listOf = (value: unknown): Element[] => (Array.isArray(value) ? (value as Element[]) : [])

const numbersOf = <Name extends string>(
  place: string,
  element: Element,
  names: readonly Name[],
): Record<Name, number> => {
  for (const name of names)
    if (typeof element[name] !== 'number')
      throw new ClientError(`${place} has ${JSON.stringify(element[name]) ?? 'nothing'} as ${name}, a number needed`)
  return element as Record<Name, number>
}

/** Objects of an annotation file, boxes as shares of the size that it states. */
const readObjects = (place: string, text: string, classes: number): Sample['objects'] => {
  let annotation: Element
  try {
    annotation = JSON.parse(text) as Element
  } catch (cause) {
    throw new ClientError(`${place} is no JSON`, { cause })
  }
  const [size = {}] = listOf(annotation['image_size'])
  const { width: widthPx, height: heightPx } = numbersOf(place, size, ['width', 'height'])
  return listOf(annotation['annotations']).map((one) => {
    const { class_id, left, top, width, height } = numbersOf(place, one, ['class_id', 'left', 'top', 'width', 'height'])
    if (!Number.isInteger(class_id) || class_id < 0 || class_id >= classes)
      throw new ClientError(`${place} has class ${class_id}, num_classes is ${classes}`)
    const box = [left / widthPx, top / heightPx, (left + width) / widthPx, (top + height) / heightPx] as const
    return { classIndex: class_id, box: [...box] }
  })
}

/**
 * Reads the images of a channel, in order of name, with the JSON file of the same name in its annotation channel. Throws ClientError where an image
 * has none, or where either cannot be read.
 */
export const loadImageChannel = async (folders: ContainerFolders, name: string, classes: number): Promise<Sample[]> => {
  const [images, annotations] = [folders.channel(name), folders.channel(annotationChannel(name))]
  const files = existsSync(images)
    ? readdirSync(images, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(jpe?g|png)$/i.test(file))
        .sort()
    : []
  if (files.length === 0) throw new ClientError(`no image (.jpg or .png) in channel ${name}`)
  const samples: Sample[] = []
  for (const file of files) {
    const annotation = file.replace(/\.[^.]*$/, '.json')
    const path = join(annotations, annotation)
    if (!existsSync(path))
      throw new ClientError(`${name}/${file} has no ${annotation} in channel ${annotationChannel(name)}`)
    const objects = readObjects(`${annotationChannel(name)}/${annotation}`, readFileSync(path, 'utf8'), classes)
    try {
      samples.push({ picture: await decodePicture(readFileSync(join(images, file))), objects })
    } catch (cause) {
      throw new ClientError(`${name}/${file} is no readable image`, { cause })
    }
  }
  return samples
}
