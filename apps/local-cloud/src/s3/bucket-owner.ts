import type { S3Call } from './call.ts'
import { S3Error } from './s3-error.ts'

type OwnerCall = Pick<S3Call, 'req' | 'query' | 'buckets' | 'accountId'>

/** Links carry in their query what else is a header. */
const stated = ({ req, query }: OwnerCall, name: string): string | undefined => {
  const value = req.headers[name] ?? query.get(name)
  return value === null ? undefined : value?.toString()
}

/**
 * Refuses a bucket that is not its expected owner's: all buckets here are the one account's.
 * Throws NoSuchBucket, InvalidBucketOwnerAWSAccountID, AccessDenied.
 */
const checkOwner = (call: OwnerCall, bucket: string, name: string): void => {
  const expected = stated(call, name)
  if (expected === undefined) return
  if (!/^\d{12}$/.test(expected))
    throw new S3Error('InvalidBucketOwnerAWSAccountID', undefined, { ArgumentName: name, ArgumentValue: expected })
  call.buckets.get(bucket)
  if (expected !== call.accountId) throw new S3Error('AccessDenied')
}

export const checkBucketOwner = (call: OwnerCall & { bucket: string }): void =>
  checkOwner(call, call.bucket, 'x-amz-expected-bucket-owner')

/** @param bucket - the bucket a copy reads from */
export const checkSourceOwner = (call: OwnerCall, bucket: string): void =>
  checkOwner(call, bucket, 'x-amz-source-expected-bucket-owner')
