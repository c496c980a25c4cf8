import type { S3Call } from './call.ts'
import type { ObjectRecord } from './object-record.ts'
import { S3Error } from './s3-error.ts'

/** There are no versions: only `null`, the one that S3 gives to objects of a bucket without them, exists. */
export const checkVersion = (versionId: string | null): void => {
  if (versionId !== null && versionId !== 'null')
    throw new S3Error('NoSuchVersion', undefined, { VersionId: versionId })
}

/** The object a call names. Throws NoSuchBucket, NoSuchKey, NoSuchVersion. */
export const findObject = ({
  buckets,
  bucket,
  key,
  query,
}: Pick<S3Call, 'buckets' | 'bucket' | 'key' | 'query'>): ObjectRecord => {
  const record = buckets.get(bucket).index.get(key)
  checkVersion(query.get('versionId'))
  if (!record) throw new S3Error('NoSuchKey', undefined, { Key: key })
  return record
}
