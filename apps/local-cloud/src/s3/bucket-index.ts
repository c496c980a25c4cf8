import { closeSync, fdatasyncSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { readLines } from './append-log.ts'
import { fromByteKey, toByteKey } from './key-order.ts'
import type { ListedObject, ObjectRecord } from './object-record.ts'
import { type ObjectRow, objectRows } from './object-row.ts'
import { createSortedIndex } from './sorted-index.ts'

/** The objects of one bucket. Everything is synchronous: what one call sees and changes, no other call can come between. */
export interface BucketIndex {
  readonly createdMs: number
  readonly size: number
  get(key: string): ObjectRecord | undefined
  /** The commit of a write: once this returns, the object is there, also after a crash. Returns the record replaced. */
  put(record: ObjectRecord): ObjectRecord | undefined
  delete(key: string): ObjectRecord | undefined
  /** Byte keys ≥ `from`, each with a way to what a listing shows of it. To be walked without a pause. */
  walk(from: string): Iterable<IndexedKey>
  close(): void
}

interface IndexedKey {
  readonly byteKey: string
  listed(): ListedObject
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
  const entries = createSortedIndex(objectRows)
  let createdMs = 0
  let endOffset = 0
  let deadBytes = 0
  let fd = openSync(path, 'r+')
  let buffer = Buffer.allocUnsafe(4096)

  const note = (record: ObjectRecord, place: Pick<ObjectRow, 'offset' | 'lineBytes'>) => {
    deadBytes += entries.set(toByteKey(record.key), { ...record, ...place })?.lineBytes ?? 0
  }
  const forget = (byteKey: string, lineBytes: number) => {
    deadBytes += lineBytes + (entries.delete(byteKey)?.lineBytes ?? 0)
  }

  endOffset = readLines(fd, (value, offset, lineBytes) => {
    const line = value as Line
    if ('createdMs' in line) createdMs = line.createdMs
    else if ('deleted' in line) forget(toByteKey(line.deleted), lineBytes)
    else note(line, { offset, lineBytes })
  })

  const readBytes = ({ offset, lineBytes }: ObjectRow): Buffer => {
    if (buffer.length < lineBytes) buffer = Buffer.allocUnsafe(2 * lineBytes)
    const got = readSync(fd, buffer, 0, lineBytes, offset)
    if (got !== lineBytes)
      throw new Error(`${path} is shorter than its index: ${lineBytes} bytes wanted at ${offset}, ${got} met`)
    return buffer.subarray(0, lineBytes)
  }
  const readRecord = (row: ObjectRow): ObjectRecord => JSON.parse(readBytes(row).toString('utf8')) as ObjectRecord

  const append = (line: Line): { offset: number; lineBytes: number } => {
    const bytes = encodeLine(line)
    const offset = endOffset
    // Written at our own offset, so that what a failed write left (a full disk) is overwritten by the next.
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, offset + at)
    if (durable) fdatasyncSync(fd)
    endOffset += bytes.length
    return { offset, lineBytes: bytes.length }
  }

  const compact = () => {
    const next = openSync(`${path}.new`, 'w+')
    const head = encodeLine({ createdMs })
    let offset = writeSync(next, head)
    const moved: [string, ObjectRow][] = []
    for (const { key, read } of entries.from('')) {
      const row = read()
      const bytes = readBytes(row)
      for (let at = 0; at < bytes.length;) at += writeSync(next, bytes, at)
      moved.push([key, { ...row, offset }])
      offset += row.lineBytes
    }
    fsyncSync(next)
    renameSync(`${path}.new`, path)
    closeSync(fd)
    fd = next
    endOffset = offset
    deadBytes = 0
    for (const [key, row] of moved) entries.set(key, row)
  }
  const compactIfWorthIt = () => {
    if (deadBytes > compactFromDeadBytes && deadBytes > endOffset / 2) compact()
  }

  compactIfWorthIt()
  for (const { read } of entries.from('')) onBlob(readRecord(read()).blob)

  return {
    createdMs,
    get size() {
      return entries.size
    },
    get: (key) => {
      const row = entries.get(toByteKey(key))
      return row && readRecord(row)
    },
    put: (record) => {
      const present = entries.get(toByteKey(record.key))
      const replaced = present && readRecord(present)
      note(record, append(record))
      compactIfWorthIt()
      return replaced
    },
    delete: (key) => {
      const byteKey = toByteKey(key)
      const present = entries.get(byteKey)
      if (!present) return undefined
      const gone = readRecord(present)
      forget(byteKey, append({ deleted: fromByteKey(byteKey) }).lineBytes)
      compactIfWorthIt()
      return gone
    },
    *walk(from) {
      for (const { key, read } of entries.from(from))
        yield { byteKey: key, listed: () => ({ key: fromByteKey(key), ...read() }) }
    },
    close: () => {
      closeSync(fd)
    },
  }
}
