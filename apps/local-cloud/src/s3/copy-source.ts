import { checkSourceOwner } from './bucket-owner.ts'
import type { S3Call } from './call.ts'
import { findObject } from './find-object.ts'
import type { ObjectRecord } from './object-record.ts'
import { checkKey } from './request.ts'
import { S3Error } from './s3-error.ts'

/** Reads x-amz-copy-source, `[/]bucket/key[?versionId=…]` in URL form, and finds it. Throws InvalidArgument, NoSuchBucket, NoSuchKey, AccessDenied. */
export const readCopySource = (call: S3Call): { bucket: string; record: ObjectRecord } => {
  const header = String(call.req.headers['x-amz-copy-source'])
  const mark = header.indexOf('?versionId=')
  const query = new URLSearchParams(mark === -1 ? '' : header.slice(mark + 1))
  const parts = /^\/?([^/]+)\/(.+)$/s.exec(decode(mark === -1 ? header : header.slice(0, mark)))
  if (!parts) throw invalid(header)
  const [, bucket, key] = parts
  checkKey(key)
  checkSourceOwner(call, bucket)
  return { bucket, record: findObject({ buckets: call.buckets, bucket, key, query }) }
}

const decode = (text: string): string => {
  try {
    // A header comes as one character a byte: botocore sends UTF-8 unescaped where it is told a string.
    return decodeURIComponent(Buffer.from(text, 'latin1').toString('utf8'))
  } catch {
    throw invalid(text)
  }
}

const invalid = (value: string) =>
  new S3Error('InvalidArgument', 'Invalid copy source object key', {
    ArgumentName: 'x-amz-copy-source',
    ArgumentValue: value,
  })
