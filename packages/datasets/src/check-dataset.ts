import type { Category, DatasetCheck, DatasetImage, DatasetManifest, ObjectBox } from '@assay/contracts'
import { boxFault } from './box-faults.ts'
import { bytewise } from './bytewise.ts'
import { draftCoco } from './coco.ts'
import { type Draft, type DraftImage, type DraftObject, isFault, type NoDraft } from './draft.ts'
import { type Fault, FaultList } from './fault-list.ts'
import type { FileSource } from './file-source.ts'
import { fingerprintOf } from './fingerprint.ts'
import { type DatasetFile, datasetFile } from './folder-roles.ts'
import { groupBy } from './group-by.ts'
import { MAX_IMAGE_BYTES, readImageFacts } from './image-header.ts'
import { inParallel } from './in-parallel.ts'
import { nearSets } from './near-duplicates.ts'
import { HASH_WORDS } from './picture-hash.ts'
import { draftVoc } from './voc.ts'

/** A class with fewer cannot be in train, validation and test. */
const MIN_CLASS_IMAGES = 3

export interface CheckOptions {
  bucket: string
  /** Goes before each file's path to make its key: empty, or ending with a slash. */
  prefix: string
  checkedAt: Date
  /** Images read at a time: what bounds the memory. (Default: 4) */
  parallel?: number
  /** Called after each image. */
  onProgress?: (done: number, total: number) => void
}

export interface CheckedDataset {
  /** `manifest` is not set: it is where the caller stored it. */
  check: DatasetCheck
  /** Present when the check found no fault. */
  manifest: DatasetManifest | undefined
}

type LooseObject = Pick<DraftObject, 'class' | 'box' | 'crowd' | 'areaPx'>
/** `at` is the place of its look among all. */
type LooseImage = Omit<DatasetImage, 'id' | 'objects' | 'nearSet'> & { id?: number; objects: LooseObject[]; at: number }
type CheckedImage = Omit<LooseImage, 'key' | 'at'> & { look: Uint32Array }

/** Hands the items out in order and lets go of each. */
function* drain<Item>(items: Item[]): Generator<Item> {
  items.reverse()
  for (let item = items.pop(); item !== undefined; item = items.pop()) yield item
}

const listFiles = async (source: FileSource): Promise<DatasetFile[]> => {
  const files: DatasetFile[] = []
  for await (const listed of source.list()) {
    const file = datasetFile(listed)
    if (file) files.push(file)
  }
  return files.sort((a, b) => bytewise(a.path, b.path))
}

const fits = (draft: Draft | NoDraft): draft is Draft => !('fails' in draft)

/** COCO first: its annotation files have names that say so. A broken one does not stand in the way of whole VOC files. */
const recognise = async (source: FileSource, files: DatasetFile[], faults: FaultList): Promise<Draft | undefined> => {
  const coco = await draftCoco(source, files)
  if (fits(coco) && coco.images.length > 0) return coco
  const voc = draftVoc(source, files)
  if (fits(voc)) return voc
  if (fits(coco)) return coco
  const needed = 'a Pascal VOC or COCO data set (docs/datasets.md shows the layouts)'
  faults.add({ code: 'layout_unknown', file: '.', met: `tried COCO: ${coco.fails}`, needed })
  faults.add({ code: 'layout_unknown', file: '.', met: `tried Pascal VOC: ${voc.fails}`, needed })
  return undefined
}

/** Reads one image and its objects; faults where anything is not as needed. */
const checkImage = async (
  source: FileSource,
  draft: DraftImage,
  known: ReadonlySet<string | number> | undefined,
): Promise<CheckedImage | Fault[]> => {
  const { path, bytes, etag } = draft.file
  const faults: Fault[] = []
  const annotation = await draft.objects()
  if (isFault(annotation)) faults.push(annotation)
  if (bytes > MAX_IMAGE_BYTES) {
    const needed = `at most ${MAX_IMAGE_BYTES} bytes`
    return [...faults, { code: 'image_too_large', file: path, met: `${bytes} bytes`, needed }]
  }
  const facts = await readImageFacts(path, await source.read(path))
  if (isFault(facts)) faults.push(facts)
  if (isFault(annotation) || isFault(facts)) return faults
  const { widthPx = facts.widthPx, heightPx = facts.heightPx, fields } = annotation.stated ?? {}
  if (widthPx !== facts.widthPx || heightPx !== facts.heightPx)
    faults.push({
      code: 'image_size_differs',
      file: path,
      met: `${facts.widthPx} × ${facts.heightPx} px, annotated as ${widthPx} × ${heightPx}`,
      needed: 'boxes that were drawn on this image',
    })
  for (const object of annotation.objects) {
    const fault = boxFault(object.file, object.box, facts, object.written)
    if (fault) faults.push(fault)
    if (object.class === '' || (known && !known.has(object.class)))
      faults.push({
        code: 'class_unknown',
        file: object.file,
        met: known ? `category ${object.class}, ${object.written()}` : `an object without a name, ${object.written()}`,
        needed: known ? 'a category that the file defines' : 'a class in object/name',
      })
  }
  if (faults.length > 0) return faults
  return {
    ...(draft.id === undefined ? {} : { id: draft.id }),
    file: path,
    ...(etag === undefined ? {} : { etag }),
    ...facts,
    ...(fields ? { fields } : {}),
    objects: annotation.objects.map(({ class: key, box, crowd, areaPx }) => ({
      class: key,
      box,
      ...(crowd ? { crowd } : {}),
      ...(areaPx === undefined ? {} : { areaPx }),
    })),
  }
}

const byPath = (a: { file: string }, b: { file: string }) => bytewise(a.file, b.file)

/** Gives images that look alike the lowest of their ids. */
const withNearSets = (images: (DatasetImage & { at: number })[], sets: Int32Array): DatasetImage[] => {
  const groups = groupBy(images, ({ at }) => sets[at])
  return images.map(({ at, ...image }) => {
    const [first, second] = groups.get(sets[at]) ?? []
    return first && second ? { ...image, nearSet: first.id } : image
  })
}

/** Gives VOC images and classes their ids; leaves out classes without a single object. `sets` tells of each place which look alike. */
const settle = (
  draft: Draft,
  loose: LooseImage[],
  sets: Int32Array,
): { categories: Category[]; images: DatasetImage[] } => {
  const used = new Set(loose.flatMap(({ objects }) => objects.map((object) => object.class)))
  const categories =
    draft.categories?.filter(({ id }) => used.has(id)) ??
    [...used]
      .map(String)
      .sort(bytewise)
      .map((name, index) => ({ id: index + 1, name }))
  const idOf = new Map<string | number, number>(categories.map(({ id, name }) => [draft.categories ? id : name, id]))
  const toObject = ({ class: key, box, crowd, areaPx }: LooseObject): ObjectBox => ({
    categoryId: idOf.get(key) ?? Number(key),
    box,
    ...(crowd ? { crowd } : {}),
    ...(areaPx === undefined ? {} : { areaPx }),
  })
  const images = loose.sort(byPath).map(({ id, objects, ...image }, index) => ({
    ...image,
    id: id ?? index + 1,
    objects: objects.map(toObject),
  }))
  images.sort((a, b) => a.id - b.id)
  return { categories, images: withNearSets(images, sets) }
}

const countClasses = (categories: Category[], images: DatasetImage[]) => {
  const counts = new Map(categories.map(({ id, name }) => [id, { categoryId: id, name, images: 0, boxes: 0 }]))
  for (const { objects } of images) {
    const own = objects.filter(({ crowd }) => !crowd).map(({ categoryId }) => counts.get(categoryId))
    for (const count of own) if (count) count.boxes++
    for (const count of new Set(own)) if (count) count.images++
  }
  return [...counts.values()]
}

const duplicatesIn = (images: DatasetImage[]) =>
  [...groupBy(images, ({ sha256 }) => sha256).values()]
    .filter((group) => group.length > 1)
    .map((group) => group.map(({ file }) => file).sort(bytewise))

const nearDuplicatesIn = (images: DatasetImage[]) => {
  const alike = images.flatMap(({ nearSet }) => (nearSet === undefined ? [] : [nearSet]))
  return { sets: new Set(alike).size, images: alike.length }
}

/** Reads a data set once, completely, and finds every fault in it. Throws only where the source cannot be read. */
export const checkDataset = async (
  source: FileSource,
  { bucket, prefix, checkedAt, parallel = 4, onProgress }: CheckOptions,
): Promise<CheckedDataset> => {
  const faults = new FaultList()
  const draft = await recognise(source, await listFiles(source), faults)
  const loose: LooseImage[] = []
  const looks = new Uint32Array((draft?.images.length ?? 0) * HASH_WORDS)
  if (draft) {
    faults.addAll(draft.faults)
    const known = draft.categories && new Set(draft.categories.map(({ id }) => id))
    const total = draft.images.length
    let done = 0
    await inParallel(drain(draft.images), parallel, async (image) => {
      const checked = await checkImage(source, image, known)
      if (Array.isArray(checked)) faults.addAll(checked)
      else {
        const { look, ...rest } = checked
        looks.set(look, loose.length * HASH_WORDS)
        loose.push({ ...rest, key: prefix + checked.file, at: loose.length })
      }
      onProgress?.(++done, total)
    })
  }
  const sets = await nearSets(looks.subarray(0, loose.length * HASH_WORDS))
  const { categories, images } = draft ? settle(draft, loose, sets) : { categories: [], images: [] }
  const classes = countClasses(categories, images)
  // Images with faults are not counted, so classes are judged only when all images could be read.
  if (draft && faults.count === 0) {
    if (classes.length === 0)
      faults.add({ code: 'class_too_small', file: '.', met: `no object in ${images.length} images`, needed: 'objects' })
    for (const { name, images: met } of classes)
      if (met < MIN_CLASS_IMAGES)
        faults.add({
          code: 'class_too_small',
          file: '.',
          met: `class ${name} in ${met} ${met === 1 ? 'image' : 'images'}`,
          needed: `at least ${MIN_CLASS_IMAGES}, for train, validation and test`,
        })
  }
  const manifest: DatasetManifest | undefined =
    draft && faults.count === 0 ? { schemaVersion: 1, layout: draft.layout, bucket, categories, images } : undefined
  return {
    manifest,
    check: {
      status: manifest ? 'ready' : 'rejected',
      checkedAt: checkedAt.toISOString(),
      ...(draft ? { layout: draft.layout } : {}),
      ...(manifest ? { fingerprint: fingerprintOf(manifest) } : {}),
      images: images.length,
      boxes: classes.reduce((sum, { boxes }) => sum + boxes, 0),
      classes,
      duplicates: duplicatesIn(images),
      nearDuplicates: nearDuplicatesIn(images),
      faults: faults.summary(),
    },
  }
}
