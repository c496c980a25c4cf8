import type { FileSource } from './file-source.ts'
import type { Draft, DraftImage, NoDraft } from './draft.ts'
import { isFault } from './draft.ts'
import type { Fault } from './fault-list.ts'
import { type DatasetFile, stemOf } from './folder-roles.ts'
import { groupBy } from './group-by.ts'
import { readVocXml } from './voc-xml.ts'

/**
 * Pairs each annotation with the image of its own name: first at the same place but for folders such as IMAGES and
 * ANNOTATIONS, then anywhere if the name is there only once. `filename` inside the XML is often wrong and not used.
 */
const pair = (xmls: DatasetFile[], images: DatasetFile[]) => {
  const byPlace = groupBy(images, ({ place }) => place)
  const byStem = groupBy(images, ({ path }) => stemOf(path))
  const stemCount = groupBy(xmls, ({ path }) => stemOf(path))
  const annotationsOf = new Map<DatasetFile, DatasetFile[]>()
  const faults: Fault[] = []
  for (const xml of xmls) {
    const stem = stemOf(xml.path)
    const alone = stemCount.get(stem)?.length === 1 ? (byStem.get(stem) ?? []) : []
    const met = byPlace.get(xml.place) ?? alone
    const [image] = met
    if (image === undefined)
      faults.push({
        code: 'annotation_without_image',
        file: xml.path,
        met: `no image named ${stem}`,
        needed: `${stem}.jpg or ${stem}.png beside it or in a folder such as IMAGES`,
      })
    else if (met.length > 1)
      faults.push({
        code: 'image_ambiguous',
        file: xml.path,
        met: `${met.length} images of its name: ${met.map(({ path }) => path).join(', ')}`,
        needed: 'one',
      })
    else annotationsOf.set(image, [...(annotationsOf.get(image) ?? []), xml])
    if (met.length > 1) for (const one of met) annotationsOf.set(one, annotationsOf.get(one) ?? [])
  }
  return { annotationsOf, faults }
}

const draftImage = (source: FileSource, file: DatasetFile, xml: DatasetFile): DraftImage => ({
  file,
  objects: async () => {
    const annotation = readVocXml(xml.path, await source.read(xml.path))
    if (isFault(annotation)) return annotation
    return {
      stated: annotation,
      objects: annotation.objects.map(({ name, box, written }) => ({
        class: name,
        box,
        written: () => written,
        file: xml.path,
      })),
    }
  },
})

/** Pascal VOC: one XML file an image. Any arrangement of folders in which names tell which belongs to which. */
export const draftVoc = (source: FileSource, files: DatasetFile[]): Draft | NoDraft => {
  const xmls = files.filter(({ kind }) => kind === 'xml')
  const images = files.filter(({ kind }) => kind === 'image')
  if (xmls.length === 0) return { fails: `no .xml file among ${files.length} files (${images.length} images)` }
  const { annotationsOf, faults } = pair(xmls, images)
  const drafts: DraftImage[] = []
  for (const image of images) {
    const annotations = annotationsOf.get(image)
    const [xml, second] = annotations ?? []
    if (annotations === undefined)
      faults.push({
        code: 'image_without_annotation',
        file: image.path,
        met: 'no annotation of its name',
        needed: `${stemOf(image.path)}.xml (without objects where there are none)`,
      })
    else if (second !== undefined)
      faults.push({
        code: 'name_duplicate',
        file: second.path,
        met: `a second annotation of ${image.path}, besides ${xml?.path}`,
        needed: 'one annotation an image',
      })
    else if (xml !== undefined) drafts.push(draftImage(source, image, xml))
  }
  return { layout: 'voc', images: drafts, faults }
}
