import { validationError } from '../aws-error.ts'
import type { Table } from '../state/table.ts'
import { type Fields, textOf } from '../wire.ts'

/** What lists filter and sort by. Times in epoch seconds. */
export interface Listed {
  name: string
  createdAt: number
  modifiedAt: number
  status: string
}

type Order = Partial<Record<'SortBy' | 'SortOrder', string>>

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

const keyOf = (sortBy: string, { name, createdAt, modifiedAt, status }: Listed): string | number => {
  switch (sortBy) {
    case 'Name':
      return name
    case 'Status':
      return status
    case 'LastModifiedTime':
      return modifiedAt
    default:
      return createdAt
  }
}

const timeMembers = ['CreationTimeAfter', 'CreationTimeBefore', 'LastModifiedTimeAfter', 'LastModifiedTimeBefore']

/** The filters of every List call, but for StatusEquals. Keys are names in lower case; the facts are made only where times count. */
const createFilter = (input: Fields): ((key: string, facts: () => Listed | undefined) => boolean) => {
  const part = textOf(input, 'NameContains').toLowerCase()
  const hasPart = (key: string) => part === '' || key.includes(part)
  if (!timeMembers.some((member) => input[member] !== undefined)) return hasPart
  const limit = (member: string, otherwise: number) => Number(input[member] ?? otherwise)
  const createdAfter = limit('CreationTimeAfter', -Infinity)
  const createdBefore = limit('CreationTimeBefore', Infinity)
  const modifiedAfter = limit('LastModifiedTimeAfter', -Infinity)
  const modifiedBefore = limit('LastModifiedTimeBefore', Infinity)
  return (key, facts) => {
    if (!hasPart(key)) return false
    const found = facts()
    if (!found) return false
    const { createdAt, modifiedAt } = found
    return (
      createdAt > createdAfter && createdAt < createdBefore && modifiedAt > modifiedAfter && modifiedAt < modifiedBefore
    )
  }
}

/** Lists a table's records page by page. */
export type Lister<T> = (input: Fields) => { items: T[]; NextToken: string | undefined }

const keyToken = (index: number, key: string) => Buffer.from(JSON.stringify([index, key])).toString('base64')

/** Where the next page begins: after the token's key, which may have moved to the front since, as others were deleted. */
const startOf = (token: string, keys: readonly string[], direction: 1 | -1): number => {
  if (token === '') return direction === 1 ? 0 : keys.length - 1
  let index: number
  let key: string
  try {
    ;[index, key] = JSON.parse(Buffer.from(token, 'base64').toString()) as [number, string]
  } catch (cause) {
    throw Object.assign(validationError('Invalid NextToken'), { cause })
  }
  let place = Math.min(index, keys.length - 1)
  while (place >= 0 && keys[place] !== key) place -= 1
  if (place < 0) place = Math.min(index, keys.length) - direction
  return place + direction
}

/**
 * Makes a List call. The service takes the page first and filters it by status after, so a page can be short or empty while there
 * is a next one. By creation or name a page costs its own length, whatever the table's.
 */
export const createLister = <T>(
  table: Table<T>,
  listed: (record: T) => Listed,
  { SortBy = 'CreationTime', SortOrder = 'Ascending' }: Order = {},
): Lister<T> => {
  let byName: { generation: number; keys: readonly string[] } | undefined
  const keysByName = () => {
    if (byName?.generation !== table.generation)
      byName = { generation: table.generation, keys: [...table.keys()].sort(compare) }
    return byName.keys
  }
  const keysBy = (sortBy: string): readonly string[] => {
    if (sortBy === 'CreationTime') return table.keys()
    if (sortBy === 'Name') return keysByName()
    const keyed = [...table.entries()].map(([key, record]) => ({ key, value: keyOf(sortBy, listed(record)) }))
    return keyed.sort((a, b) => compare(a.value, b.value) || compare(a.key, b.key)).map(({ key }) => key)
  }

  return (input) => {
    const keys = keysBy(textOf(input, 'SortBy', SortBy))
    const direction = textOf(input, 'SortOrder', SortOrder) === 'Descending' ? -1 : 1
    const size = Number(input['MaxResults'] ?? 10)
    const filter = createFilter(input)
    const status = input['StatusEquals']
    const items: T[] = []
    let taken = 0
    let last: { index: number; key: string } | undefined
    for (
      let index = startOf(textOf(input, 'NextToken'), keys, direction);
      index >= 0 && index < keys.length;
      index += direction
    ) {
      const key = keys[index] ?? ''
      const factsOf = () => {
        const record = table.get(key)
        return record && listed(record)
      }
      if (!filter(key, factsOf)) continue
      const record = table.get(key)
      if (!record) continue
      if (taken === size) return { items, NextToken: last && keyToken(last.index, last.key) }
      taken += 1
      last = { index, key }
      if (status === undefined || listed(record).status === status) items.push(record)
    }
    return { items, NextToken: undefined }
  }
}
