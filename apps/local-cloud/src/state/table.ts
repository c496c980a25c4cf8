import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Records by key, in the order of their creation, kept in an append-only log that is rewritten when it is mostly stale. */
export interface Table<T> {
  get(key: string): T | undefined
  has(key: string): boolean
  /** Writes the record before it returns; a killed process loses nothing that was written. */
  set(key: string, record: T): void
  delete(key: string): void
  values(): IterableIterator<T>
  entries(): IterableIterator<[string, T]>
  /** Keys in the order of creation. Do not change. */
  keys(): readonly string[]
  /** A present key's number in the order of creation; its own for ever. */
  ordinal(key: string): number
  /** Calls back after every change, with no record where it was deleted. */
  onChange(listener: (key: string, record: T | undefined) => void): void
  /** Grows with every record that appears or goes. */
  readonly generation: number
  readonly size: number
  close(): void
}

interface Line<T> {
  k: string
  /** Number in the order of creation. */
  n?: number
  /** Absent: deleted. */
  v?: T
}

const parseLines = <T>(text: string): Line<T>[] => {
  const lines: Line<T>[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    try {
      lines.push(JSON.parse(line) as Line<T>)
    } catch {
      // The last line of a process that was killed while writing; nobody was told that it had been written.
      break
    }
  }
  return lines
}

/** Opens `<path>`, or begins it. One process at a time. */
export const openTable = <T>(path: string): Table<T> => {
  mkdirSync(dirname(path), { recursive: true })
  const records = new Map<string, T>()
  const ordinals = new Map<string, number>()
  const listeners: ((key: string, record: T | undefined) => void)[] = []
  let nextOrdinal = 0
  let ordered: string[] | undefined
  let generation = 0
  let linesWritten = 0
  for (const { k, n = nextOrdinal, v } of existsSync(path) ? parseLines<T>(readFileSync(path, 'utf8')) : []) {
    nextOrdinal = Math.max(nextOrdinal, n + 1)
    if (v === undefined) {
      records.delete(k)
      ordinals.delete(k)
    } else {
      records.set(k, v)
      ordinals.set(k, n)
    }
  }

  const rewrite = () => {
    const next = openSync(`${path}.next`, 'w')
    let buffer = ''
    for (const [k, v] of records) {
      buffer += `${JSON.stringify({ k, n: ordinals.get(k), v })}\n`
      if (buffer.length > 1 << 20) {
        writeSync(next, buffer)
        buffer = ''
      }
    }
    writeSync(next, buffer)
    fsyncSync(next)
    closeSync(next)
    renameSync(`${path}.next`, path)
    linesWritten = records.size
    return openSync(path, 'a')
  }

  let file = rewrite()
  const append = (line: Line<T>) => {
    writeSync(file, `${JSON.stringify(line)}\n`)
    linesWritten += 1
    if (linesWritten < 20_000 || linesWritten < records.size * 8) return
    closeSync(file)
    file = rewrite()
  }

  return {
    get: (key) => records.get(key),
    has: (key) => records.has(key),
    set: (key, record) => {
      if (!records.has(key)) {
        generation += 1
        ordered?.push(key)
        ordinals.set(key, nextOrdinal++)
      }
      records.set(key, record)
      append({ k: key, n: ordinals.get(key), v: record })
      for (const listener of listeners) listener(key, record)
    },
    delete: (key) => {
      if (!records.delete(key)) return
      generation += 1
      ordered = undefined
      ordinals.delete(key)
      append({ k: key })
      for (const listener of listeners) listener(key, undefined)
    },
    values: () => records.values(),
    entries: () => records.entries(),
    keys: () => (ordered ??= [...records.keys()]),
    ordinal: (key) => {
      const ordinal = ordinals.get(key)
      if (ordinal === undefined) throw new Error(`the table has no ${key}`)
      return ordinal
    },
    onChange: (listener) => void listeners.push(listener),
    get generation() {
      return generation
    },
    get size() {
      return records.size
    },
    close: () => closeSync(file),
  }
}
