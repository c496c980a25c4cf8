import type { Category } from '@assay/contracts'
import { bytewise } from './bytewise.ts'
import { type CocoAnnotation, type CocoFile, type CocoImage, MAX_JSON_BYTES, readCocoJson } from './coco-json.ts'
import { type Draft, type DraftImage, isFault, type NoDraft } from './draft.ts'
import type { Fault } from './fault-list.ts'
import type { FileSource } from './file-source.ts'
import type { DatasetFile } from './folder-roles.ts'
import { groupBy } from './group-by.ts'

const ANNOTATION_FILE = /(^|\/)(_?annotations(\.coco)?|instances_[^/]*|[^/]+\.coco|coco|labels)\.json$/i

/** Finds the image that a COCO file names: where COCO puts it, else anywhere if only one path ends so. */
const createFinder = (files: DatasetFile[]) => {
  const images = files.filter(({ kind }) => kind === 'image')
  const byPath = new Map(images.map((file) => [file.path, file]))
  const byName = groupBy(images, ({ path }) => path.slice(path.lastIndexOf('/') + 1))
  return (json: string, fileName: string): DatasetFile[] => {
    const folder = json.slice(0, json.lastIndexOf('/') + 1)
    const split = /instances_([^/]*)\.json$/i.exec(json)?.[1] ?? ''
    const above = folder.replace(/[^/]+\/$/, '')
    for (const base of [
      folder,
      `${folder}images/`,
      `${above}${split}/`,
      `${above}images/${split}/`,
      `${above}images/`,
    ]) {
      const met = byPath.get(base.replaceAll(/\/{2,}/g, '/') + fileName)
      if (met) return [met]
    }
    const named = byName.get(fileName.slice(fileName.lastIndexOf('/') + 1)) ?? []
    return named.filter(({ path }) => path === fileName || path.endsWith(`/${fileName}`))
  }
}

const mergeCategories = (read: CocoFile[], faults: Fault[]): Category[] => {
  const names = new Map<number, string>()
  for (const { path, categories } of read)
    for (const [id, name] of categories) {
      const earlier = names.get(id)
      if (earlier !== undefined && earlier !== name)
        faults.push({
          code: 'class_unknown',
          file: path,
          met: `category ${id} is ${name} here and ${earlier} in another file`,
          needed: 'the same classes in all annotation files',
        })
      names.set(id, earlier ?? name)
    }
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.id - b.id)
}

const draftImage = (path: string, image: CocoImage, file: DatasetFile, own: CocoAnnotation[]): DraftImage => ({
  id: image.id,
  file,
  objects: async () => ({
    stated: image,
    objects: own.map(({ categoryId, box, crowd, areaPx, written }) => ({
      class: categoryId,
      box,
      ...(crowd ? { crowd } : {}),
      ...(areaPx === undefined ? {} : { areaPx }),
      written,
      file: path,
    })),
  }),
})

/** The images of one annotation file, each with its annotations. */
const draftFile = (json: CocoFile, find: ReturnType<typeof createFinder>, faults: Fault[]): DraftImage[] => {
  const annotationsOf = new Map<number, CocoAnnotation[]>(json.images.map(({ id }) => [id, []]))
  for (const annotation of json.annotations) {
    const own = annotationsOf.get(annotation.imageId)
    if (own) own.push(annotation)
    else
      faults.push({
        code: 'annotation_without_image',
        file: json.path,
        met: annotation.written(),
        needed: 'an image of that id',
      })
  }
  return json.images.flatMap((image) => {
    const met = find(json.path, image.fileName)
    const [file] = met
    if (file !== undefined && met.length === 1)
      return [draftImage(json.path, image, file, annotationsOf.get(image.id) ?? [])]
    faults.push(
      file === undefined
        ? {
            code: 'annotation_without_image',
            file: json.path,
            met: `image ${image.id} names ${image.fileName}, which is not there`,
            needed: 'every named image beside the file or in a folder such as images',
          }
        : {
            code: 'image_ambiguous',
            file: json.path,
            met: `${image.fileName} may be ${met.map(({ path }) => path).join(' or ')}`,
            needed: 'a file_name that fits one path',
          },
    )
    return []
  })
}

/** Each image file once; ids of several annotation files that clash are given anew in bytewise order of the paths. */
const settleImages = (drafts: DraftImage[], files: number, faults: Fault[]): DraftImage[] => {
  const byPath = new Map<string, DraftImage>()
  for (const draft of drafts) {
    const { path } = draft.file
    if (byPath.has(path))
      faults.push({ code: 'name_duplicate', file: path, met: 'listed twice', needed: 'one entry an image file' })
    else byPath.set(path, draft)
  }
  const images = [...byPath.values()]
  const clash = files > 1 && new Set(images.map(({ id }) => id)).size < images.length
  if (!clash) return images
  images.sort((a, b) => bytewise(a.file.path, b.file.path))
  return images.map((draft, index) => ({ ...draft, id: index + 1 }))
}

/** COCO: one or more annotation files, and the images that they name. Images that none names are left out. */
export const draftCoco = async (source: FileSource, files: DatasetFile[]): Promise<Draft | NoDraft> => {
  const named = files.filter(({ kind, path }) => kind === 'json' && ANNOTATION_FILE.test(path))
  if (named.length === 0)
    return {
      fails: `no annotations.json, instances_*.json or _annotations.coco.json among ${files.length} files`,
    }
  const read: CocoFile[] = []
  const faults: Fault[] = []
  const reasons: string[] = []
  for (const { path, bytes } of named) {
    const answer =
      bytes > MAX_JSON_BYTES
        ? `${path} has ${bytes} bytes, at most ${MAX_JSON_BYTES} can be read`
        : readCocoJson(path, await source.read(path))
    if (typeof answer === 'string') reasons.push(answer)
    else if (isFault(answer)) faults.push(answer)
    else read.push(answer)
  }
  if (read.length === 0 && faults.length === 0) return { fails: reasons.join('; ') }
  for (const file of read) faults.push(...file.faults)
  const find = createFinder(files)
  const drafts = read.flatMap((file) => draftFile(file, find, faults))
  return {
    layout: 'coco',
    categories: mergeCategories(read, faults),
    images: settleImages(drafts, read.length, faults),
    faults,
  }
}
