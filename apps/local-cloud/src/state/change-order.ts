import type { Table } from './table.ts'

/** Which records changed lately, found without looking at those that did not. */
export interface ChangeOrder {
  /** Keys of the records that were set after `seconds`, in no order; some that were not may be among them. Undefined where there are more than `most`. */
  since(seconds: number, most: number): string[] | undefined
  /** Grows with every change. */
  readonly count: number
}

/**
 * Follows a table's changes. `changedAt` is a record's own stamp, which never goes back from one change to the next of the table but for
 * the moment between stamping and setting; hence each change is kept under the latest stamp met so far.
 */
export const createChangeOrder = <T>(table: Table<T>, changedAt: (record: T) => number): ChangeOrder => {
  let keys: string[] = []
  let stamps: number[] = []
  let count = 0
  const latest = new Map<string, number>()
  const note = (key: string, stamp: number) => {
    latest.set(key, keys.length)
    keys.push(key)
    stamps.push(Math.max(stamp, stamps.at(-1) ?? stamp))
  }
  const dropOutdated = () => {
    const kept = keys.flatMap((key, index) => (latest.get(key) === index ? [[key, stamps[index] ?? 0] as const] : []))
    keys = []
    stamps = []
    for (const [key, stamp] of kept) note(key, stamp)
  }
  const present = [...table.entries()].map(([key, record]) => [key, changedAt(record)] as const)
  for (const [key, stamp] of present.sort(([, a], [, b]) => a - b)) note(key, stamp)
  table.onChange((key, record) => {
    count += 1
    if (record === undefined) latest.delete(key)
    else note(key, changedAt(record))
    if (keys.length > 1000 + 2 * latest.size) dropOutdated()
  })

  return {
    get count() {
      return count
    },
    since: (seconds, most) => {
      const found: string[] = []
      for (let index = keys.length - 1; index >= 0 && (stamps[index] ?? 0) > seconds; index -= 1) {
        const key = keys[index] ?? ''
        if (latest.get(key) === index) found.push(key)
        if (found.length > most) return undefined
      }
      return found
    },
  }
}
