import { CreateBucketCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { type CloudClients, findBucket } from '@assay/cloud'

/**
 * Makes sure of the bucket before anything is read or written there. On a local cloud it is made when it is missing; on AWS it is the user's to make,
 * with their own encryption and policy.
 */
export const openBucket = async (
  clients: Pick<CloudClients, 's3' | 's3OfAnyOwner' | 'environment'>,
  bucket: string,
  owner: string | undefined,
): Promise<void> => {
  const { state } = await findBucket(clients, bucket)
  if (state === 'foreign')
    throw new Error(
      `bucket ${bucket} belongs to another account than ${owner}; set ASSAY_BUCKET to one of that account, or ASSAY_BUCKET_OWNER to the account that is to own it`,
    )
  if (state !== 'missing') return
  if (clients.environment === 'aws') throw new Error(`bucket ${bucket} does not exist; create it or set ASSAY_BUCKET`)
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket })).catch((raced: unknown) => {
    // Another process made it at the same moment.
    if (!(raced instanceof S3ServiceException) || raced.$metadata.httpStatusCode !== 409) throw raced
  })
}
