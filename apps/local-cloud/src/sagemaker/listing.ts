import { validationError } from '../aws-error.ts'
import { createChangeOrder } from '../state/change-order.ts'
import type { Table } from '../state/table.ts'
import { type Fields, textOf } from '../wire.ts'
import { createFilter, type Listed, namePart, timeLimits } from './list-filter.ts'
import { createMatchingKeys } from './matching-keys.ts'

type Order = Partial<Record<'SortBy' | 'SortOrder', string>>

/** Keys in an order, and what stands for a key's place in it; keys of one place follow each other by name. */
interface Sequence {
  keys: readonly string[]
  placeOf: (key: string) => string | number
}

/** Lists a table's records page by page. */
export type Lister<T> = (input: Fields) => { items: T[]; NextToken: string | undefined }

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

const compareIn =
  ({ placeOf }: Sequence) =>
  (a: string, b: string) =>
    compare(placeOf(a), placeOf(b)) || compare(a, b)

/** The number of keys at the front for which `before` holds. */
const countWhile = (keys: readonly string[], before: (key: string) => boolean): number => {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(keys[middle] ?? '')) low = middle + 1
    else high = middle
  }
  return low
}

/** The token names the last item of a page by its place, so that the next page begins after it, whatever came or went meanwhile. */
const tokenOf = ({ placeOf }: Sequence, key: string) =>
  Buffer.from(JSON.stringify([placeOf(key), key])).toString('base64')

/** Where a page begins in a sequence walked forwards (1) or backwards (-1). */
const startOf = (token: string, { keys, placeOf }: Sequence, direction: 1 | -1): number => {
  if (token === '') return direction === 1 ? 0 : keys.length - 1
  let last: [place: string | number, key: string]
  try {
    last = JSON.parse(Buffer.from(token, 'base64').toString()) as [string | number, string]
  } catch (cause) {
    throw Object.assign(validationError('Invalid NextToken'), { cause })
  }
  if (!Array.isArray(last)) throw validationError('Invalid NextToken')
  const order = (key: string) => compare(placeOf(key), last[0]) || compare(key, last[1])
  return direction === 1 ? countWhile(keys, (key) => order(key) <= 0) : countWhile(keys, (key) => order(key) < 0) - 1
}

/**
 * Makes a List call. The service takes the page first and filters it by status after, so a page can be short or empty while there
 * is a next one. By creation or name a page costs its own length, whatever the table's; so it does with NameContains when asked again,
 * with LastModifiedTimeAfter for as many as changed since, and with times of creation.
 */
export const createLister = <T>(
  table: Table<T>,
  listed: (record: T) => Listed,
  { SortBy = 'CreationTime', SortOrder = 'Ascending' }: Order = {},
): Lister<T> => {
  const changes = createChangeOrder(table, (record) => listed(record).modifiedAt)
  const matching = createMatchingKeys()
  const factsOf = (key: string): Listed => {
    const record = table.get(key)
    if (record === undefined) throw new Error(`${key} is listed but not in the table`)
    return listed(record)
  }
  let byName: { generation: number; keys: readonly string[] } | undefined
  const keysByName = () => {
    if (byName?.generation !== table.generation)
      byName = { generation: table.generation, keys: [...table.keys()].sort(compare) }
    return byName.keys
  }
  const sequenceBy = (sortBy: string): Sequence => {
    if (sortBy === 'CreationTime') return { keys: table.keys(), placeOf: (key) => table.ordinal(key) }
    if (sortBy === 'Name') return { keys: keysByName(), placeOf: (key) => key }
    const placeOf = (key: string) => factsOf(key)[sortBy === 'Status' ? 'status' : 'modifiedAt']
    return { keys: [...table.keys()].sort(compareIn({ keys: [], placeOf })), placeOf }
  }

  let changed: { question: string; keys: readonly string[] | undefined } | undefined
  /** Keys changed since, in order; undefined where so many did that to look at all costs less than to sort them. Kept for the next page. */
  const changedKeys = (modifiedAfter: number, sortBy: string, sequence: Sequence) => {
    const question = `${modifiedAfter}/${sortBy}/${changes.count}`
    if (changed?.question !== question)
      changed = { question, keys: changes.since(modifiedAfter, table.size / 8)?.sort(compareIn(sequence)) }
    return changed.keys
  }

  /** Leaves out what the filters would, as far as that is found without looking at each record. */
  const narrow = (sequence: Sequence, input: Fields, byCreation: boolean): Sequence => {
    const { modifiedAfter, createdAfter, createdBefore } = timeLimits(input)
    if (modifiedAfter > -Infinity) {
      const keys = changedKeys(modifiedAfter, textOf(input, 'SortBy', SortBy), sequence)
      if (keys) return { ...sequence, keys }
    }
    const part = namePart(input)
    const keys = part === '' ? sequence.keys : matching(sequence.keys, part)
    if (!byCreation || (createdAfter === -Infinity && createdBefore === Infinity)) return { ...sequence, keys }
    const from = countWhile(keys, (key) => factsOf(key).createdAt <= createdAfter)
    return {
      ...sequence,
      keys: keys.slice(
        from,
        countWhile(keys, (key) => factsOf(key).createdAt < createdBefore),
      ),
    }
  }

  return (input) => {
    const sortBy = textOf(input, 'SortBy', SortBy)
    const sequence = narrow(sequenceBy(sortBy), input, sortBy === 'CreationTime')
    const direction = textOf(input, 'SortOrder', SortOrder) === 'Descending' ? -1 : 1
    const size = Number(input['MaxResults'] ?? 10)
    const passes = createFilter(input)
    const status = input['StatusEquals']
    const items: T[] = []
    let taken = 0
    let last = ''
    for (
      let index = startOf(textOf(input, 'NextToken'), sequence, direction);
      index >= 0 && index < sequence.keys.length;
      index += direction
    ) {
      const key = sequence.keys[index] ?? ''
      if (!passes(key, () => factsOf(key))) continue
      if (taken === size) return { items, NextToken: tokenOf(sequence, last) }
      taken += 1
      last = key
      const record = table.get(key)
      if (record !== undefined && (status === undefined || listed(record).status === status)) items.push(record)
    }
    return { items, NextToken: undefined }
  }
}
