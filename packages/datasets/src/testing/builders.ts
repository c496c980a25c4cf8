import type { DatasetImage, DatasetManifest } from '@assay/contracts'
import sharp from 'sharp'
import type { FileSource } from '../file-source.ts'

/** A data set in memory: contents by path. */
export const aSource = (files: Record<string, string | Uint8Array>): FileSource => {
  const contents = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  )
  return {
    async *list() {
      for (const [path, { byteLength }] of contents) yield { path, bytes: byteLength }
    },
    read: async (path) => {
      const bytes = contents.get(path)
      if (!bytes) throw new Error(`no file ${path}`)
      return bytes
    },
  }
}

/** An image of one grey; another tint gives other bytes. */
export const aPicture = async ({
  format = 'jpeg',
  widthPx = 40,
  heightPx = 30,
  tint = 0,
}: { format?: 'jpeg' | 'png'; widthPx?: number; heightPx?: number; tint?: number } = {}): Promise<Uint8Array> =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: { r: tint, g: tint, b: 128 } } })
    .toFormat(format)
    .toBuffer()

type Corners = [xmin: number | string, ymin: number | string, xmax: number | string, ymax: number | string]

export const aVocXml = (objects: [name: string, ...Corners][], size: [number, number] = [40, 30]) =>
  `<annotation><filename>whatever</filename><size><width>${size[0]}</width><height>${size[1]}</height><depth>1</depth></size>${objects
    .map(
      ([name, xmin, ymin, xmax, ymax]) =>
        `<object><name>${name}</name><difficult>1</difficult><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`,
    )
    .join('')}</annotation>`

/** A manifest image with an object of each class given. */
export const anImage = (id: number, classes: number[] = [1], more: Partial<DatasetImage> = {}): DatasetImage => ({
  id,
  file: `${String(id).padStart(5, '0')}.jpg`,
  key: `set/${id}.jpg`,
  sha256: id.toString(16).padStart(64, '0'),
  bytes: 100,
  widthPx: 200,
  heightPx: 200,
  format: 'jpeg',
  objects: classes.map((categoryId) => ({ categoryId, box: [10, 20, 100, 100] })),
  ...more,
})

export const aManifest = (images: DatasetImage[]): DatasetManifest => {
  const ids = [...new Set(images.flatMap(({ objects }) => objects.map(({ categoryId }) => categoryId)))].sort(
    (a, b) => a - b,
  )
  return {
    schemaVersion: 1,
    layout: 'voc',
    bucket: 'assay',
    categories: ids.map((id) => ({ id, name: `class-${id}` })),
    images,
  }
}
