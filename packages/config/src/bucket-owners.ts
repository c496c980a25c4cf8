import type { Config } from './load.ts'

type BucketSettings = Pick<Config<'api'>, 'BUCKET' | 'BUCKET_OWNER' | 'DATASET_BUCKETS' | 'ROLE_ARN'>

/** The account that each bucket must belong to, by bucket. What is not said is the account of the role. */
export const bucketOwners = ({
  BUCKET,
  BUCKET_OWNER,
  DATASET_BUCKETS,
  ROLE_ARN,
}: BucketSettings): ReadonlyMap<string, string> => {
  const ours = BUCKET_OWNER ?? ROLE_ARN.split(':')[4] ?? ''
  return new Map([...DATASET_BUCKETS.map(({ name, owner = ours }) => [name, owner] as const), [BUCKET, ours]])
}
