import type { Box, DatasetImage } from '@assay/contracts'
import type { Fault } from './fault-list.ts'
import { imageFields } from './image-fields.ts'

export interface CocoImage {
  id: number
  fileName: string
  widthPx?: number
  heightPx?: number
  fields?: NonNullable<DatasetImage['fields']>
}
export interface CocoAnnotation {
  imageId: number
  categoryId: number
  box: Box
  crowd: boolean
  areaPx?: number
  written: () => string
}
export interface CocoFile {
  path: string
  categories: Map<number, string>
  images: CocoImage[]
  annotations: CocoAnnotation[]
  faults: Fault[]
}

/** Below what a JavaScript string can hold. */
export const MAX_JSON_BYTES = 500e6

type Row = Record<string, unknown>
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)
const isId = (value: unknown): value is number => Number.isSafeInteger(value)
const finite = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
const shown = (value: unknown) => {
  const json = JSON.stringify(value) ?? 'none'
  return json.length > 80 ? `${json.slice(0, 77)}…` : json
}

/** Keeps the rows with an id of their own and reports the others. */
const withIds = (path: string, kind: string, rows: unknown[], faults: Fault[]) => {
  const seen = new Set<number>()
  return rows.filter((row, index): row is Row & { id: number } => {
    const id = isRow(row) ? row.id : undefined
    if (!isId(id)) {
      faults.push({ code: 'json_broken', file: path, met: `${kind}[${index}].id ${shown(id)}`, needed: 'an integer' })
      return false
    }
    if (seen.has(id))
      faults.push({
        code: 'id_duplicate',
        file: path,
        met: `${kind} id ${id} twice`,
        needed: 'an id of its own for each',
      })
    return seen.size < seen.add(id).size
  })
}

const readCategories = (path: string, rows: unknown[], faults: Fault[]) => {
  const categories = new Map<number, string>()
  const idOf = new Map<string, number>()
  for (const row of withIds(path, 'categories', rows, faults)) {
    const name = typeof row.name === 'string' ? row.name.trim() : ''
    const earlier = idOf.get(name)
    if (name === '')
      faults.push({ code: 'class_unknown', file: path, met: `category ${row.id} without a name`, needed: 'a name' })
    else if (earlier !== undefined)
      faults.push({
        code: 'name_duplicate',
        file: path,
        met: `categories ${earlier} and ${row.id} are both named ${name}`,
        needed: 'a name of its own for each',
      })
    categories.set(row.id, name)
    idOf.set(name, row.id)
  }
  return categories
}

const readImages = (path: string, rows: unknown[], faults: Fault[]): CocoImage[] =>
  withIds(path, 'images', rows, faults).flatMap((row) => {
    const fileName = typeof row.file_name === 'string' ? row.file_name.replace(/^(\.\/)+/, '') : ''
    if (fileName === '' || fileName.startsWith('/') || /(^|\/)\.\.(\/|$)|\\|\0/.test(fileName)) {
      const met = `image ${row.id} with file_name ${shown(row.file_name)}`
      faults.push({ code: 'path_unsafe', file: path, met, needed: 'a path within the data set, with forward slashes' })
      return []
    }
    const [widthPx, heightPx] = [finite(row.width), finite(row.height)]
    const fields = imageFields(row)
    return [
      {
        id: row.id,
        fileName,
        ...(widthPx ? { widthPx } : {}),
        ...(heightPx ? { heightPx } : {}),
        ...(fields ? { fields } : {}),
      },
    ]
  })

const readAnnotation = (row: Row & { id: number }): CocoAnnotation => {
  const corners = Array.isArray(row.bbox) && row.bbox.length === 4 ? (row.bbox as unknown[]) : []
  const [x = Number.NaN, y = Number.NaN, width = Number.NaN, height = Number.NaN] = corners.map(
    (value) => finite(value) ?? Number.NaN,
  )
  const areaPx = finite(row.area)
  const { id, image_id: imageId } = row
  const box: Box = [x, y, width, height]
  // The row itself must not be kept alive: segmentations are long.
  const bbox = box.every(Number.isFinite) ? box : shown(row.bbox)
  return {
    imageId: Number(row.image_id),
    categoryId: Number(row.category_id),
    box,
    crowd: row.iscrowd === 1 || row.iscrowd === true,
    ...(areaPx === undefined ? {} : { areaPx }),
    written: () => `annotation ${id} of image ${shown(imageId)}: ${typeof bbox === 'string' ? bbox : shown(bbox)}`,
  }
}

/** Reads a COCO annotation file; text where it is none (why), a fault where it is meant to be one and is broken. */
export const readCocoJson = (path: string, bytes: Uint8Array): CocoFile | Fault | string => {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const met = error instanceof Error ? error.message : String(error)
    return { code: 'json_broken', file: path, met, needed: 'JSON in UTF-8' }
  }
  if (!isRow(parsed)) return `${path} holds ${Array.isArray(parsed) ? 'a list' : typeof parsed}, no object`
  const { images, annotations, categories } = parsed
  if (!Array.isArray(images) || !Array.isArray(annotations) || !Array.isArray(categories)) {
    const missing = ['images', 'annotations', 'categories'].filter((key) => !Array.isArray(parsed[key]))
    return `${path} has no list ${missing.join(', ')}`
  }
  const faults: Fault[] = []
  return {
    path,
    categories: readCategories(path, categories, faults),
    images: readImages(path, images, faults),
    annotations: withIds(path, 'annotations', annotations, faults).map(readAnnotation),
    faults,
  }
}
