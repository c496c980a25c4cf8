import type { Tag } from './object-record.ts'
import { S3Error } from './s3-error.ts'
import { children, childText, element, type XmlNode } from './xml.ts'

const maxTags = 10
const maxKeyChars = 128
const maxValueChars = 256
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Throws InvalidTag. */
export const checkTags = (tags: readonly Tag[]): void => {
  if (tags.length > maxTags) throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10')
  if (new Set(tags.map(({ key }) => key)).size !== tags.length)
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  for (const { key, value } of tags) {
    if (key === '' || key.length > maxKeyChars || !allowed.test(key))
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid', { TagKey: key })
    if (value.length > maxValueChars || !allowed.test(value))
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid', { TagValue: value })
  }
}

/** Reads `<Tagging><TagSet><Tag><Key/><Value/></Tag>…`. Throws MalformedXML, InvalidTag. */
export const readTagging = (tagging: XmlNode): Tag[] => {
  const [set] = children(tagging, 'TagSet')
  if (set === undefined) throw new S3Error('MalformedXML')
  const tags = children(set, 'Tag').map((tag) => {
    const key = childText(tag, 'Key')
    const value = childText(tag, 'Value')
    if (key === undefined || value === undefined) throw new S3Error('MalformedXML')
    return { key, value }
  })
  checkTags(tags)
  return tags
}

export const writeTagging = (tags: readonly Tag[]): string =>
  `<TagSet>${tags.map(({ key, value }) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`).join('')}</TagSet>`
