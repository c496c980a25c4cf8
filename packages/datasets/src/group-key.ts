import type { DatasetImage, SplitSpec } from '@assay/contracts'
import { RE2JS } from 're2js'
import { SplitError } from './split-error.ts'

type GroupBy = NonNullable<SplitSpec['groupBy']>
type KeyOf = (image: Pick<DatasetImage, 'file' | 'fields'>) => string | undefined

const POINTER = '/split/groupBy'

/**
 * Reads an image's group from its path, by what the pattern captures, or from a field. The pattern is RE2's: it takes time linear in the path
 * whatever it is, and has no lookaround and no back reference. Throws a SplitError where it is none.
 */
export const createKeyOf = (groupBy: GroupBy): KeyOf => {
  if ('field' in groupBy) return ({ fields }) => fields?.[groupBy.field]
  let pattern: RE2JS
  try {
    pattern = RE2JS.compile(groupBy.file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new SplitError('group_pattern', `${POINTER}/file`, `${why} met, an RE2 pattern needed`, { cause: error })
  }
  const captures = pattern.groupCount()
  if (captures === 0)
    throw new SplitError(
      'group_pattern',
      `${POINTER}/file`,
      `${groupBy.file} captures nothing; put what names the group into parentheses, as in ^(video\\d+)_`,
    )
  return ({ file }) => {
    const matcher = pattern.matcher(file)
    if (!matcher.find()) return undefined
    const parts = Array.from({ length: captures }, (_, index) => matcher.group(index + 1) ?? '')
    return parts.every((part) => part === '') ? undefined : parts.join('/')
  }
}

/** The group of each image, in their order; undefined for images without. Throws a SplitError where no image has one. */
export const groupKeys = (images: readonly DatasetImage[], groupBy: GroupBy): (string | undefined)[] => {
  const keyOf = createKeyOf(groupBy)
  const keys = images.map((image) => keyOf(image))
  if (keys.some((key) => key !== undefined)) return keys
  if ('file' in groupBy)
    throw new SplitError(
      'group_missing',
      `${POINTER}/file`,
      `${groupBy.file} fits none of ${images.length} paths, the first is ${images[0]?.file}`,
    )
  const known = new Set(images.flatMap(({ fields }) => Object.keys(fields ?? {})))
  throw new SplitError(
    'group_missing',
    `${POINTER}/field`,
    `no image has a field ${groupBy.field}; fields of this data set: ${[...known].sort().join(', ') || 'none'}`,
  )
}
