import type { DatasetImage } from '@assay/contracts'
import { ownText } from './own-text.ts'

/** Fields of a COCO image that name no group: what the check reads itself, and where the image was found. */
const otherUses = new Set(['id', 'file_name', 'width', 'height', 'license', 'coco_url', 'flickr_url', 'date_captured'])
const MAX_FIELDS = 8
const MAX_CHARACTERS = 100

/** What a data set says of an image beyond the usual: texts, whole numbers and yes or no, in bytewise order, at most eight short ones. */
export const imageFields = (row: Readonly<Record<string, unknown>>): DatasetImage['fields'] => {
  const fields = Object.keys(row)
    .sort()
    .flatMap((name): [string, string][] => {
      const value = row[name]
      const usable = typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)
      const text = usable ? String(value).trim() : ''
      const short = text !== '' && text.length <= MAX_CHARACTERS && name.length <= 64
      return short && !otherUses.has(name) ? [[ownText(name), ownText(text)]] : []
    })
  return fields.length === 0 ? undefined : Object.fromEntries(fields.slice(0, MAX_FIELDS))
}
