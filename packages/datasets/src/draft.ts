import type { Box, Category, DatasetImage, DatasetLayout } from '@assay/contracts'
import type { ListedFile } from './file-source.ts'
import type { Fault } from './fault-list.ts'
import type { ImageFacts } from './image-header.ts'

export interface DraftObject {
  /** Class by name (VOC) or by id (COCO). */
  class: string | number
  box: Box
  crowd?: boolean
  areaPx?: number
  /** The file that holds it, and how it can be told there, for messages. */
  file: string
  written: () => string
}

/** One image of a data set before its file and boxes are checked. Millions may wait, so it holds no more than it needs. */
export interface DraftImage {
  /** COCO's id; VOC's are given when all images are known. */
  id?: number
  file: ListedFile
  objects(): Promise<
    { objects: DraftObject[]; stated?: Pick<Partial<DatasetImage>, 'widthPx' | 'heightPx' | 'fields'> } | Fault
  >
}

/** A data set whose arrangement was recognised. */
export interface Draft {
  layout: DatasetLayout
  /** Present where the data set states its classes (COCO). */
  categories?: Category[]
  images: DraftImage[]
  faults: Fault[]
}

/** Why a folder is not of a layout. */
export interface NoDraft {
  fails: string
}

export const isFault = (value: Fault | ImageFacts | object): value is Fault => 'code' in value && 'needed' in value
