import { CreateBucketCommand, HeadBucketCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'

const isMissing = (error: unknown) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404

/** On a local cloud the bucket is made when it is missing; on AWS it is the user's to make, with their own encryption and policy. */
export const openBucket = async (
  s3: S3Client,
  bucket: string,
  { environment }: { environment: 'local' | 'aws' },
): Promise<void> => {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (!isMissing(error)) throw error
    if (environment === 'aws')
      throw new Error(`bucket ${bucket} does not exist; create it or set ASSAY_BUCKET`, { cause: error })
    await s3.send(new CreateBucketCommand({ Bucket: bucket })).catch((raced: unknown) => {
      // Another process made it at the same moment.
      if (!(raced instanceof S3ServiceException) || raced.$metadata.httpStatusCode !== 409) throw raced
    })
  }
}
