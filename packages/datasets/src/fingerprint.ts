import { createHash } from 'node:crypto'
import type { DatasetManifest } from '@assay/contracts'
import { bytewise } from './bytewise.ts'

/** SHA-256 over classes and, in bytewise order of their paths, the images with id, content and objects. Where they lie does not matter. */
export const fingerprintOf = ({ categories, images }: Pick<DatasetManifest, 'categories' | 'images'>): string => {
  const hash = createHash('sha256').update(`${JSON.stringify(categories.map(({ id, name }) => [id, name]))}\n`)
  for (const { file, id, sha256, objects } of [...images].sort((a, b) => bytewise(a.file, b.file))) {
    const rows = objects.map((object) => [
      object.categoryId,
      ...object.box,
      object.crowd ? 1 : 0,
      object.areaPx ?? null,
    ])
    hash.update(`${JSON.stringify([file, id, sha256, rows])}\n`)
  }
  return hash.digest('hex')
}
