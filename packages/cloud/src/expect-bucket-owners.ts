import type { S3Client } from '@aws-sdk/client-s3'

/** Account ids of twelve digits, by bucket. A bucket that is not in it may be anybody's, like JumpStart's. */
export type BucketOwners = ReadonlyMap<string, string>

const sourceBucketOf = (copySource: unknown) =>
  typeof copySource === 'string' ? decodeURIComponent(copySource).replace(/^\//, '').split('/')[0] : undefined

/**
 * States with every request whose bucket is known the account that owns it, and with every copy that of its source, so that S3 refuses a bucket
 * whose name somebody else has taken.
 */
export const expectBucketOwners = ({ middlewareStack }: Pick<S3Client, 'middlewareStack'>, owners: BucketOwners) => {
  middlewareStack.add(
    (next) => (args) => {
      const { Bucket, CopySource } = args.input as { Bucket?: string; CopySource?: string }
      const owner = owners.get(Bucket ?? '')
      const sourceOwner = owners.get(sourceBucketOf(CopySource) ?? '')
      return next({
        ...args,
        input: {
          ...args.input,
          ...(owner === undefined ? {} : { ExpectedBucketOwner: owner }),
          ...(sourceOwner === undefined ? {} : { ExpectedSourceBucketOwner: sourceOwner }),
        },
      })
    },
    { step: 'initialize', name: 'expectBucketOwners' },
  )
}
