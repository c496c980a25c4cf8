import type { BucketIndex } from './bucket-index.ts'
import { afterKey, afterPrefix, fromByteKey, toByteKey } from './key-order.ts'
import type { ListedObject } from './object-record.ts'

export interface ListRequest {
  prefix: string
  delimiter: string
  /** Names after this one, itself not included: a key, or a common prefix of an earlier page. */
  after: string
  /** 0 to 1,000. */
  maxKeys: number
}

export interface ListPage {
  objects: readonly ListedObject[]
  commonPrefixes: readonly string[]
  /** The last name of this page where there are more. */
  next?: string
}

/** One page in bytewise order. A common prefix counts as one name, and all keys behind it are jumped over. */
export const listPage = (index: BucketIndex, { prefix, delimiter, after, maxKeys }: ListRequest): ListPage => {
  const bytePrefix = toByteKey(prefix)
  const byteDelimiter = toByteKey(delimiter)
  const byteAfter = toByteKey(after)
  const objects: ListedObject[] = []
  const commonPrefixes: string[] = []
  let next: string | undefined
  let lastName = ''

  /** Up to and with the first delimiter behind the prefix. */
  const common = (byteKey: string): string | undefined => {
    if (byteDelimiter === '') return undefined
    const at = byteKey.indexOf(byteDelimiter, bytePrefix.length)
    return at === -1 ? undefined : byteKey.slice(0, at + byteDelimiter.length)
  }
  const start = (): string => {
    if (byteAfter === '' || byteAfter < bytePrefix) return bytePrefix
    return byteAfter.startsWith(bytePrefix) && common(byteAfter) === byteAfter
      ? afterPrefix(byteAfter)
      : afterKey(byteAfter)
  }
  /** Takes names until one is a common prefix: then the walk has to begin anew behind it. */
  const take = (from: string): string | undefined => {
    for (const indexed of index.walk(from)) {
      if (!indexed.byteKey.startsWith(bytePrefix)) return undefined
      if (objects.length + commonPrefixes.length >= maxKeys) {
        next = lastName
        return undefined
      }
      const rolled = common(indexed.byteKey)
      if (rolled !== undefined) {
        lastName = fromByteKey(rolled)
        commonPrefixes.push(lastName)
        return afterPrefix(rolled)
      }
      const listed = indexed.listed()
      lastName = listed.key
      objects.push(listed)
    }
    return undefined
  }

  if (maxKeys > 0) for (let from: string | undefined = start(); from !== undefined;) from = take(from)
  return { objects, commonPrefixes, ...(next === undefined ? {} : { next }) }
}
