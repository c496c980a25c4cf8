import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTable, type Table } from '../state/table.ts'
import { createRandom } from '../tuning/random-numbers.ts'
import { type Fields, textOf } from '../wire.ts'
import type { Listed } from './list-filter.ts'
import { createLister, type Lister } from './listing.ts'

let folder: string
let path: string
let table: Table<Listed>
let list: Lister<Listed>
let nowSeconds: number

const open = () => {
  table = openTable<Listed>(path)
  list = createLister(table, (record) => record)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'listing-'))
  path = join(folder, 'table.jsonl')
  nowSeconds = 1000
  open()
})
afterEach(() => {
  table.close()
  rmSync(folder, { recursive: true })
})

const set = (name: string, status: string) => {
  nowSeconds += 1
  const before = table.get(name)
  table.set(name, { name, status, createdAt: before?.createdAt ?? nowSeconds, modifiedAt: nowSeconds })
}

/** All pages' names; `between` runs after each page. */
const pages = (input: Fields, between?: () => void): string[] => {
  const found: string[] = []
  let NextToken: string | undefined
  do {
    const page = list({ ...input, NextToken })
    found.push(...page.items.map(({ name }) => name))
    NextToken = page.NextToken
    between?.()
  } while (NextToken !== undefined)
  return found
}

/** What a list must be: everything looked at, filtered and sorted. */
const expected = (input: Fields): string[] => {
  const { SortBy = 'CreationTime', SortOrder = 'Ascending' } = input
  const at = (member: string, otherwise: number) => Number(input[member] ?? otherwise)
  const keyOf = (record: Listed) =>
    SortBy === 'Name' ? record.name : SortBy === 'Status' ? record.status : String(record.createdAt).padStart(9, '0')
  const found = [...table.values()]
    .filter(
      (record) =>
        record.name.includes(textOf(input, 'NameContains')) &&
        record.createdAt > at('CreationTimeAfter', 0) &&
        record.createdAt < at('CreationTimeBefore', 1e9) &&
        record.modifiedAt > at('LastModifiedTimeAfter', 0) &&
        record.modifiedAt < at('LastModifiedTimeBefore', 1e9) &&
        record.status === (input['StatusEquals'] ?? record.status),
    )
    .sort((a, b) => (keyOf(a) === keyOf(b) ? (a.name < b.name ? -1 : 1) : keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ name }) => name)
  return SortOrder === 'Descending' ? found.reverse() : found
}

const pick = <T>(random: () => number, choices: readonly T[]): T | undefined =>
  choices[Math.floor(random() * choices.length)]

test.each([1, 2, 3, 4, 5])('filters and orders give what looking at every record gives: seed %i', (seed) => {
  const random = createRandom('listing', seed)
  for (let step = 0; step < 400; step += 1) {
    const name = `${pick(random, ['old', 'new'])}-${Math.floor(random() * 200)}`
    if (random() < 0.1) table.delete(name)
    else set(name, pick(random, ['InProgress', 'Completed', 'Failed']) ?? 'InProgress')
    if (random() < 0.01) {
      table.close()
      open()
    }
    const time = () => (random() < 0.3 ? Math.round(1000 + random() * (nowSeconds - 1000)) : undefined)
    const input = {
      SortBy: pick(random, [undefined, 'CreationTime', 'Name', 'Status']),
      SortOrder: pick(random, [undefined, 'Ascending', 'Descending']),
      NameContains: pick(random, [undefined, 'new', 'old-1', 'nothing']),
      StatusEquals: pick(random, [undefined, undefined, 'InProgress']),
      MaxResults: pick(random, [1, 7, 100]),
      CreationTimeAfter: time(),
      CreationTimeBefore: time(),
      LastModifiedTimeAfter: random() < 0.5 ? nowSeconds - Math.round(random() * 20) : undefined,
      LastModifiedTimeBefore: time(),
    }
    expect(pages(input)).toEqual(expected(input))
  }
})

test.each(['CreationTime', 'Name'])(
  'what is there throughout is on exactly one page by %s, while others come, change and go',
  (SortBy) => {
    for (let index = 0; index < 100; index += 1) set(`kept-${index}`, 'InProgress')
    for (let index = 0; index < 100; index += 1) set(`gone-${index}`, 'InProgress')
    let turn = 0
    const between = () => {
      turn += 1
      table.delete(`gone-${turn * 7}`)
      set(`kept-${(turn * 3) % 100}`, 'Completed')
      set(`later-${turn}`, 'InProgress')
      if (turn % 5 === 0) {
        table.close()
        open()
      }
    }
    for (const SortOrder of ['Ascending', 'Descending']) {
      const found = pages({ SortBy, SortOrder, MaxResults: 9, LastModifiedTimeAfter: 1 }, between)
      const kept = found.filter((name) => name.startsWith('kept-'))
      expect(kept).toHaveLength(100)
      expect(new Set(kept).size).toBe(100)
    }
  },
)

test('a token that is none of ours is refused', () => {
  set('one', 'InProgress')
  for (const NextToken of ['x', Buffer.from('{}').toString('base64')])
    expect(() => list({ NextToken })).toThrow('Invalid NextToken')
})
