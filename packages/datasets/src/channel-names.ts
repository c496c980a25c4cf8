import type { DatasetImage } from '@assay/contracts'
import { stemOf } from './folder-roles.ts'
import { groupBy } from './group-by.ts'

const plain = (name: string) => name.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')

/**
 * A file name for each image in a channel's one folder, by image id: its own name where all differ (also without case and
 * extension, as an XML file is named after it), else with the id in front. Letters, digits, `.`, `_` and `-` only; the
 * extension is the format's.
 */
export const channelFileNames = (images: readonly DatasetImage[]): Map<number, string> => {
  const stems = new Map(images.map(({ id, file }) => [id, plain(stemOf(file)) || '_']))
  const unique = groupBy(stems.values(), (stem) => stem.toLowerCase()).size === stems.size
  return new Map(
    images.map(({ id, format }) => {
      const stem = unique ? (stems.get(id) ?? '') : `${id}-${stems.get(id) ?? ''}`
      return [id, `${stem}.${format === 'png' ? 'png' : 'jpg'}`]
    }),
  )
}

/** A class's folder name: characters that do not belong into a path are written as %XX of their UTF-8 bytes. */
export const classFolder = (name: string): string =>
  encodeURIComponent(name)
    .replaceAll(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', ' ')
    .replace(/^[._]/, (first) => `%${first.charCodeAt(0).toString(16).toUpperCase()}`)
