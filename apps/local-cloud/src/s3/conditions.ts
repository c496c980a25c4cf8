import type { IncomingHttpHeaders } from 'node:http'
import type { ObjectRecord } from './object-record.ts'
import { S3Error } from './s3-error.ts'

type Known = Pick<ObjectRecord, 'etag' | 'modifiedMs'>

export interface Conditions {
  ifMatch?: string
  ifNoneMatch?: string
  ifModifiedSince?: string
  ifUnmodifiedSince?: string
}

const text = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

export const readConditions = (headers: IncomingHttpHeaders): Conditions => ({
  ifMatch: headers['if-match'],
  ifNoneMatch: headers['if-none-match'],
  ifModifiedSince: headers['if-modified-since'],
  ifUnmodifiedSince: headers['if-unmodified-since'],
})

/** The conditions on the source of a copy. */
export const copySourceConditions = (headers: IncomingHttpHeaders): Conditions => ({
  ifMatch: text(headers['x-amz-copy-source-if-match']),
  ifNoneMatch: text(headers['x-amz-copy-source-if-none-match']),
  ifModifiedSince: text(headers['x-amz-copy-source-if-modified-since']),
  ifUnmodifiedSince: text(headers['x-amz-copy-source-if-unmodified-since']),
})

const failed = (condition: string) => new S3Error('PreconditionFailed', undefined, { Condition: condition })

const names = (list: string, etag: string): boolean =>
  list.split(',').some((part) => {
    const tag = part.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag || tag === `"${etag}"`
  })

/** A date that cannot be read is no condition, as in RFC 9110. Dates have whole seconds. */
const isLater = (record: Known, date: string | undefined): boolean | undefined => {
  const ms = Date.parse(date ?? '')
  return Number.isNaN(ms) ? undefined : Math.floor(record.modifiedMs / 1000) * 1000 > ms
}

/** Judges a read: If-Match outweighs If-Unmodified-Since, If-None-Match outweighs If-Modified-Since. Throws PreconditionFailed. */
export const checkRead = (conditions: Conditions, record: Known): 'send' | 'not modified' => {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined) {
    if (!names(ifMatch, record.etag)) throw failed('If-Match')
  } else if (isLater(record, ifUnmodifiedSince) === true) throw failed('If-Unmodified-Since')
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, record.etag) ? 'not modified' : 'send'
  return isLater(record, ifModifiedSince) === false ? 'not modified' : 'send'
}

/** Judges the source of a copy, where "not modified" is a failed condition too. Throws PreconditionFailed. */
export const checkCopySource = (conditions: Conditions, record: Known): void => {
  if (checkRead(conditions, record) === 'not modified')
    throw failed(
      conditions.ifNoneMatch === undefined ? 'x-amz-copy-source-If-Modified-Since' : 'x-amz-copy-source-If-None-Match',
    )
}

/** Judges a write against what is there now. Throws PreconditionFailed, NoSuchKey, NotImplemented. */
export const checkWrite = ({ ifMatch, ifNoneMatch }: Conditions, present: Known | undefined, key: string): void => {
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*')
      throw new S3Error('NotImplemented', undefined, {
        Header: 'If-None-Match',
        additionalMessage: "We don't accept the provided value of If-None-Match header for this API",
      })
    if (present) throw failed('If-None-Match')
  }
  if (ifMatch === undefined) return
  if (!present) throw new S3Error('NoSuchKey', undefined, { Key: key })
  if (!names(ifMatch, present.etag)) throw failed('If-Match')
}
