import { checksumAlgorithms } from './checksum.ts'
import { type ListedObject, storageClasses } from './object-record.ts'
import type { RowCodec } from './sorted-index.ts'

/** What is held in memory of one object beside its key: where its record lies in the log, and what a listing shows of it. */
export interface ObjectRow extends Omit<ListedObject, 'key'> {
  /** Of the record's line in the bucket's log. */
  readonly offset: number
  /** Length of that line, line end included. */
  readonly lineBytes: number
}

const etagPattern = /^([0-9a-f]{32})(?:-(\d+))?$/
const composite = 0x80

/** Rows of 48 bytes, so that a page of a listing needs no read of the log. */
export const objectRows: RowCodec<ObjectRow> = {
  bytes: 48,
  write: (rows, at, { offset, lineBytes, sizeBytes, modifiedMs, etag, storageClass, checksum }) => {
    const [, md5Hex, parts = '0'] = etagPattern.exec(etag) ?? []
    if (md5Hex === undefined) throw new Error(`the ETag ${etag} is neither an MD5 nor that of parts`)
    rows.writeDoubleLE(offset, at)
    rows.writeUInt32LE(lineBytes, at + 8)
    rows.writeUInt16LE(Number(parts), at + 12)
    rows[at + 14] = storageClasses.indexOf(storageClass ?? 'STANDARD')
    rows[at + 15] = checksum
      ? (checksumAlgorithms.indexOf(checksum.algorithm) + 1) | (checksum.type === 'COMPOSITE' ? composite : 0)
      : 0
    rows.writeDoubleLE(sizeBytes, at + 16)
    rows.writeDoubleLE(modifiedMs, at + 24)
    rows.write(md5Hex, at + 32, 16, 'hex')
  },
  read: (rows, at) => {
    const parts = rows.readUInt16LE(at + 12)
    const md5Hex = rows.toString('hex', at + 32, at + 48)
    const storageClass = storageClasses[rows[at + 14]]
    const algorithm = checksumAlgorithms[(rows[at + 15] & ~composite) - 1]
    return {
      offset: rows.readDoubleLE(at),
      lineBytes: rows.readUInt32LE(at + 8),
      sizeBytes: rows.readDoubleLE(at + 16),
      modifiedMs: rows.readDoubleLE(at + 24),
      etag: parts === 0 ? md5Hex : `${md5Hex}-${parts}`,
      ...(storageClass === 'STANDARD' ? {} : { storageClass }),
      ...(algorithm === undefined
        ? {}
        : { checksum: { algorithm, type: rows[at + 15] & composite ? 'COMPOSITE' : 'FULL_OBJECT' } }),
    }
  },
}
