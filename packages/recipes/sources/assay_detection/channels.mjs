import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { detector, fail } from './detector.mjs'

/** Images with their objects by name. The class is what `object/name` says, never the folder. */
export const readChannel = (channel) => {
  const root = process.env[`SM_CHANNEL_${channel.toUpperCase()}`]
  if (!root || !existsSync(root)) fail(`channel ${channel} is missing`)
  const found = []
  for (const folder of readdirSync(root).sort()) {
    const annotations = join(root, folder, 'annotations')
    if (!existsSync(annotations)) continue
    const images = new Map(
      readdirSync(join(root, folder, 'images')).map((file) => [file.replace(/\.[^.]*$/, ''), file]),
    )
    for (const file of readdirSync(annotations)
      .filter((name) => name.endsWith('.xml'))
      .sort()) {
      const image = images.get(file.replace(/\.xml$/, ''))
      if (!image) fail(`${folder}/annotations/${file} has no image beside it`)
      const path = join(root, folder, 'images', image)
      found.push({ path, ...readAnnotation(join(annotations, file)) })
    }
  }
  if (found.length === 0) fail(`channel ${channel} holds no <class>/annotations/*.xml`)
  return found
}

const readAnnotation = (path) => {
  const xml = readFileSync(path, 'utf8')
  const element = (text, name) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1]
  const number = (text, name) => {
    const value = Number(element(text, name) ?? Number.NaN)
    if (!Number.isFinite(value)) fail(`${path} has no number in ${name}`)
    return value
  }
  const [widthPx, heightPx] = [number(xml, 'width'), number(xml, 'height')]
  const objects = [...xml.matchAll(/<object>([\s\S]*?)<\/object>/g)].map(([, text]) => {
    const box = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => number(text, name))
    const name = element(text, 'name')
    if (!name) fail(`${path} has an object without a name`)
    return { name: unescaped(name), box: [box[0] / widthPx, box[1] / heightPx, box[2] / widthPx, box[3] / heightPx] }
  })
  return { objects }
}

const unescaped = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')

/** Names by label: those that are wanted, else all that occur, sorted bytewise. */
export const classNames = ({ classes, names }, annotated) => {
  const met = [...new Set(annotated.flatMap(({ objects }) => objects.map(({ name }) => name)))].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
  const labels = names ?? met
  if (met.some((name) => !labels.includes(name)) || labels.length !== classes)
    fail(
      `num-classes is ${classes + 1} with the background, the classes are ${labels.join(', ')}, the channels hold ${met.join(', ')}`,
    )
  return labels
}

export const decode = async (annotated, labels) => {
  const samples = []
  for (const { path, objects } of annotated) {
    try {
      const picture = await detector.decodePicture(readFileSync(path))
      samples.push({ picture, objects: objects.map(({ name, box }) => ({ classIndex: labels.indexOf(name), box })) })
    } catch {
      fail(`${path} is no readable image`)
    }
  }
  return samples
}
