import { createHash } from 'node:crypto'
import type { Box, DatasetManifest, SplitManifest } from '@assay/contracts'
import { seededRandom } from './random.ts'

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

export const neuNames = ['crazing', 'inclusion', 'patches', 'pitted_surface', 'rolled-in_scale', 'scratches']

export interface ADatasetOptions {
  images?: number
  names?: string[]
  sidePx?: number
  seed?: number
}

/** A data set of drawn boxes: every class in turn, one to four objects an image, ids from 1. */
export const aDataset = ({
  images = 300,
  names = neuNames,
  sidePx = 200,
  seed = 1,
}: ADatasetOptions = {}): DatasetManifest => {
  const random = seededRandom(seed)
  const aBox = (): Box => {
    const share = () => 0.08 + random() ** 2 * 0.8
    const [width, height] = [Math.round(share() * sidePx), Math.round(share() * sidePx)]
    return [Math.floor(random() * (sidePx - width)), Math.floor(random() * (sidePx - height)), width, height]
  }
  return {
    schemaVersion: 1,
    layout: 'voc',
    bucket: 'data-sets',
    categories: names.map((name, index) => ({ id: index + 1, name })),
    images: Array.from({ length: images }, (_, index) => {
      const category = (index % names.length) + 1
      const file = `${names[category - 1]}_${Math.floor(index / names.length) + 1}.jpg`
      return {
        id: index + 1,
        file,
        key: `set/${file}`,
        sha256: hashOf(file),
        bytes: 9000,
        widthPx: sidePx,
        heightPx: sidePx,
        format: 'jpeg' as const,
        objects: Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({ categoryId: category, box: aBox() })),
      }
    }),
  }
}

/** Every fifth round of the classes is test, every sixth validation. */
export const aSplit = ({ images, categories }: DatasetManifest): SplitManifest => ({
  schemaVersion: 1,
  seed: 100,
  datasetFingerprint: hashOf('fingerprint'),
  images: images.map(({ id, file, sha256 }) => {
    const round = Math.floor((id - 1) / categories.length)
    return { id, file, sha256, part: round % 5 === 4 ? 'test' : round % 6 === 3 ? 'validation' : 'train' }
  }),
})
