import { validationError } from '../aws-error.ts'
import type { Fields } from '../wire.ts'

const tokenOf = (offset: number) => Buffer.from(`after:${offset}`).toString('base64')

const offsetOf = (token: unknown): number => {
  if (token === undefined || token === null) return 0
  const match = /^after:(\d+)$/.exec(Buffer.from(String(token), 'base64').toString())
  if (!match) throw validationError('Invalid NextToken')
  return Number(match[1])
}

/** A page of a list that is short enough to be made anew for every call. */
export const pageOf = <T>(
  all: T[],
  input: Fields,
  standardSize = 10,
): { items: T[]; NextToken: string | undefined } => {
  const size = Number(input['MaxResults'] ?? standardSize)
  const from = offsetOf(input['NextToken'])
  return { items: all.slice(from, from + size), NextToken: from + size < all.length ? tokenOf(from + size) : undefined }
}

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

/** The filters of every List call, but for StatusEquals. */
export const createFilter = (input: Fields): ((item: Listed) => boolean) => {
  const limit = (member: string, otherwise: number) => Number(input[member] ?? otherwise)
  const createdAfter = limit('CreationTimeAfter', -Infinity)
  const createdBefore = limit('CreationTimeBefore', Infinity)
  const modifiedAfter = limit('LastModifiedTimeAfter', -Infinity)
  const modifiedBefore = limit('LastModifiedTimeBefore', Infinity)
  const part = input['NameContains'] === undefined ? '' : String(input['NameContains']).toLowerCase()
  return ({ name, createdAt, modifiedAt }) =>
    createdAt > createdAfter &&
    createdAt < createdBefore &&
    modifiedAt > modifiedAfter &&
    modifiedAt < modifiedBefore &&
    (part === '' || name.toLowerCase().includes(part))
}

/**
 * Filters, sorts and pages. The service takes the page first and filters it by status after, so a page can be short or empty
 * while there is a next one.
 */
export const listPage = <T>(
  records: Iterable<T>,
  input: Fields,
  listed: (record: T) => Listed,
  { SortBy = 'CreationTime', SortOrder = 'Ascending' }: Order = {},
): { items: T[]; NextToken: string | undefined } => {
  const filter = createFilter(input)
  const sortBy = String(input['SortBy'] ?? SortBy)
  const direction = String(input['SortOrder'] ?? SortOrder) === 'Descending' ? -1 : 1
  const sorted = [...records]
    .map((record) => ({ record, facts: listed(record) }))
    .filter(({ facts }) => filter(facts))
    .sort(
      (a, b) =>
        direction * (compare(keyOf(sortBy, a.facts), keyOf(sortBy, b.facts)) || compare(a.facts.name, b.facts.name)),
    )
  const { items, NextToken } = pageOf(sorted, input)
  const status = input['StatusEquals']
  return {
    items: items.filter(({ facts }) => status === undefined || facts.status === status).map(({ record }) => record),
    NextToken,
  }
}
