import { HeadBucketCommand, S3ServiceException } from '@aws-sdk/client-s3'
import type { CloudClients } from './clients.ts'

/** `foreign`: there, and of another account than the one that is to own it. `denied`: not ours to see, whosever it is. */
export type BucketState =
  | { state: 'ok'; region?: string }
  | { state: 'missing' }
  | { state: 'foreign' }
  | { state: 'denied' }

const statusOf = (error: unknown) => (error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined)

/** Looks for a bucket. What is neither an absence nor a refusal is thrown. */
export const findBucket = async (
  { s3, s3OfAnyOwner }: Pick<CloudClients, 's3' | 's3OfAnyOwner'>,
  bucket: string,
): Promise<BucketState> => {
  const head = new HeadBucketCommand({ Bucket: bucket })
  try {
    const { BucketRegion } = await s3.send(head)
    return { state: 'ok', ...(BucketRegion === undefined ? {} : { region: BucketRegion }) }
  } catch (error) {
    if (statusOf(error) === 404) return { state: 'missing' }
    if (statusOf(error) !== 403) throw error
    // S3 refuses a wrong owner in the words of any other refusal: without that expectation it would not.
    const isDenied = await s3OfAnyOwner.send(head).then(
      () => false,
      () => true,
    )
    return { state: isDenied ? 'denied' : 'foreign' }
  }
}
