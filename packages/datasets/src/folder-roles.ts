import type { ListedFile } from './file-source.ts'

/** Folder names that say what lies in them and nothing about the image. */
const IMAGE_FOLDERS = new Set(['images', 'image', 'imgs', 'img', 'jpegimages', 'pngimages'])
const ANNOTATION_FOLDERS = new Set(['annotations', 'annotation', 'annots', 'xml', 'xmls', 'labels'])
/** Pascal VOC's segmentation masks are PNG files without annotations of their own. */
const OTHER_FOLDERS = new Set(['segmentationclass', 'segmentationobject', '__macosx'])
const IMAGE_NAME = /\.(jpe?g|jpe|jfif|png|bmp|gif|tiff?|webp|heic|avif)$/i

export interface DatasetFile extends ListedFile {
  kind: 'image' | 'xml' | 'json' | 'other'
  /** The path without extension and without folders such as IMAGES or Annotations: equal for an image and its annotation. */
  place: string
}

const split = (path: string) => {
  const slash = path.lastIndexOf('/')
  return { folders: slash < 0 ? [] : path.slice(0, slash).split('/'), name: path.slice(slash + 1) }
}

const withoutExtension = (name: string) => name.replace(/\.[^.]*$/, '')

/** A file's own name without folders and extension. */
export const stemOf = (path: string) => withoutExtension(split(path).name)

const kindOf = (folders: string[], name: string): DatasetFile['kind'] => {
  if (/\.xml$/i.test(name)) return 'xml'
  if (/\.json$/i.test(name)) return 'json'
  // Whatever else lies in a folder for images is meant to be one: if it is not, that is a fault to report.
  const inImages = folders.findLast((folder) => IMAGE_FOLDERS.has(folder.toLowerCase())) !== undefined
  return inImages || IMAGE_NAME.test(name) ? 'image' : 'other'
}

/** What a file of a data set is by its path; undefined for what operating systems and editors leave behind. */
export const datasetFile = (file: ListedFile): DatasetFile | undefined => {
  const { folders, name } = split(file.path)
  if (name === '' || name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini') return undefined
  if (folders.some((folder) => folder.startsWith('.') || OTHER_FOLDERS.has(folder.toLowerCase()))) return undefined
  const telling = folders.filter((folder) => {
    const lower = folder.toLowerCase()
    return !IMAGE_FOLDERS.has(lower) && !ANNOTATION_FOLDERS.has(lower)
  })
  return { ...file, kind: kindOf(folders, name), place: [...telling, withoutExtension(name)].join('/') }
}
