import type { Checksum } from './checksum.ts'

/** Order matters: places in this list are what an index holds. */
export const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
] as const
export type StorageClass = (typeof storageClasses)[number]

/** What is known of one object beside its bytes: one line of its bucket's log. */
export interface ObjectRecord {
  key: string
  /** The file with the bytes; never changed, another record has another blob. */
  blob: string
  sizeBytes: number
  /** Without quotes: MD5 in hex, or MD5 of the parts' MD5s, `-` and their number. */
  etag: string
  /** Milliseconds since 1970; S3 shows whole seconds. */
  modifiedMs: number
  /** Stored headers by lower-case name: content-type, cache-control and their like. */
  headers: Readonly<Record<string, string>>
  /** User metadata by lower-case name without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>
  /** Absent: STANDARD. */
  storageClass?: StorageClass
  checksum?: Checksum
  tags?: readonly Tag[]
  /** Bytes of each part, in order, of an object made from parts. */
  partBytes?: readonly number[]
  /** The upload that made it, so that a repeated completion is known as such. */
  uploadId?: string
}

/** What a listing shows of an object. */
export type ListedObject = Pick<ObjectRecord, 'key' | 'sizeBytes' | 'etag' | 'modifiedMs' | 'storageClass'> & {
  checksum?: Pick<Checksum, 'algorithm' | 'type'>
}

export interface Tag {
  key: string
  value: string
}

/** What a request says of an object to be written: everything that does not follow from the bytes. */
export type ObjectAttributes = Pick<ObjectRecord, 'headers' | 'metadata' | 'storageClass' | 'tags'>
