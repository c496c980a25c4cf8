import { closeSync, fdatasyncSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { readLines } from './append-log.ts'
import { fromByteKey, toByteKey } from './key-order.ts'
import type { ObjectRecord } from './object-record.ts'
import { createSortedIndex } from './sorted-index.ts'

/** Where an object's record lies in the log. This, and nothing more, is held in memory for each object. */
interface Entry {
  readonly key: string
  readonly offset: number
  readonly bytes: number
}

/** The objects of one bucket. Everything is synchronous: what one call sees and changes, no other call can come between. */
export interface BucketIndex {
  readonly createdMs: number
  readonly size: number
  get(key: string): ObjectRecord | undefined
  /** The commit of a write: once this returns, the object is there, also after a crash. Returns the record replaced. */
  put(record: ObjectRecord): ObjectRecord | undefined
  delete(key: string): ObjectRecord | undefined
  /** Byte keys ≥ `from`, each with a way to read its record. To be walked without a pause. */
  walk(from: string): Iterable<IndexedKey>
  close(): void
}

interface IndexedKey {
  readonly byteKey: string
  read(): ObjectRecord
}

type Line = { createdMs: number } | { deleted: string } | ObjectRecord

const compactFromDeadBytes = 4 << 20

const encodeLine = (line: Line): Buffer => Buffer.from(`${JSON.stringify(line)}\n`, 'utf8')

/** Makes a new, empty log. */
export const createBucketLog = (path: string, createdMs: number, durable: boolean): void => {
  const fd = openSync(`${path}.new`, 'w')
  writeSync(fd, encodeLine({ createdMs }))
  if (durable) fsyncSync(fd)
  closeSync(fd)
  renameSync(`${path}.new`, path)
}

/**
 * Reads the log and keeps it growing. A line cut short by a crash was never answered for, and is dropped. The log is
 * written anew once more than half of it, and over 4 MiB, says nothing any more.
 * @param onBlob - called with each blob in use at the start
 */
export const openBucketIndex = (path: string, durable: boolean, onBlob: (id: string) => void): BucketIndex => {
  const entries = createSortedIndex<Entry>()
  let createdMs = 0
  let endOffset = 0
  let deadBytes = 0
  let fd = openSync(path, 'r+')
  let buffer = Buffer.allocUnsafe(4096)

  const note = (entry: Entry) => {
    deadBytes += entries.set(entry)?.bytes ?? 0
  }
  const forget = (byteKey: string, lineBytes: number) => {
    const gone = entries.delete(byteKey)
    deadBytes += lineBytes + (gone?.bytes ?? 0)
    return gone
  }

  endOffset = readLines(fd, (value, offset, bytes) => {
    const line = value as Line
    if ('createdMs' in line) createdMs = line.createdMs
    else if ('deleted' in line) forget(toByteKey(line.deleted), bytes)
    else note({ key: toByteKey(line.key), offset, bytes })
  })

  const readBytes = ({ offset, bytes }: Entry): Buffer => {
    if (buffer.length < bytes) buffer = Buffer.allocUnsafe(2 * bytes)
    const got = readSync(fd, buffer, 0, bytes, offset)
    if (got !== bytes)
      throw new Error(`${path} is shorter than its index: ${bytes} bytes wanted at ${offset}, ${got} met`)
    return buffer.subarray(0, bytes)
  }
  const readRecord = (entry: Entry): ObjectRecord => JSON.parse(readBytes(entry).toString('utf8')) as ObjectRecord

  const append = (line: Line): { offset: number; bytes: number } => {
    const bytes = encodeLine(line)
    const offset = endOffset
    // Written at our own offset, so that what a failed write left (a full disk) is overwritten by the next.
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, offset + at)
    if (durable) fdatasyncSync(fd)
    endOffset += bytes.length
    return { offset, bytes: bytes.length }
  }

  const compact = () => {
    const next = openSync(`${path}.new`, 'w+')
    const head = encodeLine({ createdMs })
    let offset = writeSync(next, head)
    const moved: Entry[] = []
    for (const entry of entries.from('')) {
      const bytes = readBytes(entry)
      for (let at = 0; at < bytes.length;) at += writeSync(next, bytes, at)
      moved.push({ key: entry.key, offset, bytes: entry.bytes })
      offset += entry.bytes
    }
    fsyncSync(next)
    renameSync(`${path}.new`, path)
    closeSync(fd)
    fd = next
    endOffset = offset
    deadBytes = 0
    for (const entry of moved) entries.set(entry)
  }
  const compactIfWorthIt = () => {
    if (deadBytes > compactFromDeadBytes && deadBytes > endOffset / 2) compact()
  }

  compactIfWorthIt()
  for (const entry of entries.from('')) onBlob(readRecord(entry).blob)

  return {
    createdMs,
    get size() {
      return entries.size
    },
    get: (key) => {
      const entry = entries.get(toByteKey(key))
      return entry && readRecord(entry)
    },
    put: (record) => {
      const key = toByteKey(record.key)
      const present = entries.get(key)
      const replaced = present && readRecord(present)
      note({ key, ...append(record) })
      compactIfWorthIt()
      return replaced
    },
    delete: (key) => {
      const byteKey = toByteKey(key)
      const present = entries.get(byteKey)
      if (!present) return undefined
      const gone = readRecord(present)
      forget(byteKey, append({ deleted: fromByteKey(byteKey) }).bytes)
      compactIfWorthIt()
      return gone
    },
    *walk(from) {
      for (const entry of entries.from(from)) yield { byteKey: entry.key, read: () => readRecord(entry) }
    },
    close: () => {
      closeSync(fd)
    },
  }
}
