import type { Bucket, Buckets } from './buckets.ts'
import { checkWrite, type Conditions } from './conditions.ts'
import type { ObjectRecord } from './object-record.ts'

/**
 * Makes a finished blob the object of its key, or throws PreconditionFailed or NoSuchBucket and removes the blob.
 * Looks, judges and writes without a pause in between: of any number of conditional writes at once exactly one wins.
 */
export const commitObject = (buckets: Buckets, bucket: Bucket, record: ObjectRecord, conditions: Conditions): void => {
  let replaced: ObjectRecord | undefined
  try {
    // The bucket may have been deleted, or made anew, while the body came in.
    const current = buckets.get(bucket.name)
    if (conditions.ifMatch !== undefined || conditions.ifNoneMatch !== undefined)
      checkWrite(conditions, current.index.get(record.key), record.key)
    replaced = current.index.put(record)
  } catch (error) {
    buckets.blobs.remove(record.blob)
    throw error
  }
  if (replaced && replaced.blob !== record.blob) buckets.blobs.remove(replaced.blob)
}
